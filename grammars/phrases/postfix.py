"""What Postfix says of itself and its surroundings: a few words of each message, a star for the rest.

Taken from the calls of msg_warn, msg_error, msg_fatal and msg_info in the Postfix source, 3.7 and
3.10, without those that name a queue id.  None of these lines is about one message.
"""

WARNINGS = r"""
"* = *" specifies an invalid *
(old name: nqmgr) *
* TLS cache: malformed *
* TLS cache: truncated *
* and * parameter settings *
* command payload *=*... exceeds *
* configuration problem
* delete failed for *
* discards all mechanisms *
* file * is empty
* ignored when * is *
* in * of * record *
* in server description: *
* is larger than *
* is not a socket *
* is not empty, *
* is obsolete; instead, *
* is requested, but *
* is smaller than *
* is true, but * support is not compiled in
* line *: *
* lookup error for *
* lookup failed for *
* lookup failure
* lookup of * returns *
* map lookup problem *
* offered no supported *
* offered null AUTH *
* on * while reading *
* open failed for *
* parameter setting must *
* please verify contents and remove by hand
* private key in *
* queue must not *
* receiving * attribute from *
* receiving status from *
* requires "* = encrypt" (or *
* sequence failed for *
* service failure
* service is not *
* service role "*" is *
* should return NO *
* update access is *
* update failed for *
* value '*' does not *
* while waiting for *
*(*) should be at *
*(*): -V option requires non-null *
*(*): -t option cannot be *
*(*): error reading input: *
*(*): error writing queue *
*(*): unable to execute *
*(*): unable to extract *
*, line *: *: skipping this *
*, line *: Expected "dict-type *
*, line *: duplicate entry: *
*, line *: expected format: *
*, line *: malformed end *
*, line *: missing "*" end *
*, line *: missing end *
*, line *: name must *
*, line *: need name:value *
*, line *: non-UTF-8 input *
*, line *: overriding earlier *
*, line *: record is *
*, line *: unable to *
*, line *: unbalanced '"' in *
*, line *: unknown template *
*, line *: unsupported syntax *
*: "*=*" specifies an invalid *
*: #comment after other *
*: '*' can be the first label only: *
*: '[' expected at start: *
*: ']' expected at end: *
*: 'select_field' parameter not *
*: 'table' parameter not *
*: 'where_field' parameter not *
*: * "*": per-site table lookup *
*: * Unknown version *, using *
*: * Unrecognized value * specified *
*: * average delay is *
*: * ignoring cache
*: * ignoring cache_expiry
*: * ignoring cache_size
*: * lookup error
*: * lookup error for *
*: * map lookup error *
*: * map lookup problem
*: * map lookup problem *
*: * map open requires *
*: * server address count *
*: * service failure
*: * start_tls requires protocol *
*: *: *: Fragile access policy: *
*: *: Expansion limit exceeded *
*: *: Fixed query_filter * is *
*: *: NULL character in *
*: *: SQL finalize failed *
*: *: SQL prepare failed: *
*: *: SQL step failed *
*: *: Search base '*' not *
*: *: Unable to set *
*: *: Unrecognized value * specified *
*: *: domain match list *
*: *: error decoding peer *
*: *: error reading peer *
*: *: invalid * template '*'
*: *: lookup key '*' skipped *
*: *: mynetworks lookup error *
*: *: non-printable content in *
*: *: peer * too long: *
*: *: peer certificate has *
*: *: remove *: *
*: *: rename from * to *
*: *: table lookup error *
*: 8-bit message text *
*: BDAT request from *
*: Bad NOTIFY parameter *
*: Bad ORCPT parameter *
*: EOF receiving memcache *
*: Error resetting signal *
*: Error setting signal *
*: Had some trouble *
*: Invalid TLS protocol *
*: MIME problem * in *
*: MX or address *
*: Milter or header/body_checks *
*: Milter request to *
*: NIS domain name *
*: Problem translating domain *
*: RBL lookup error: *
*: SASL * authentication aborted
*: SASL * authentication failed: *
*: SASL mechanism filter *
*: Search error *: *
*: TLS is required *
*: TXT lookup error: *
*: Too many TLSRPT *
*: URL scheme * requires *
*: Unable to allocate *
*: Unable to bind *
*: Unable to connect *
*: Unable to init *
*: Unable to set *
*: address family was *
*: address or MX *
*: address with illegal *
*: all TLSA records *
*: all fingerprints unusable
*: all trust anchors *
*: attempt to send *
*: attribute "*" has a malformed *
*: attribute "*" has an *
*: attribute "*" has bad *
*: attribute "*" has empty *
*: attribute "*" invalid at *
*: attribute "*" is specified *
*: bad $name syntax *
*: bad * address prefix *
*: bad * parameter: *: *
*: bad attribute record: *
*: bad boolean configuration: *
*: bad cached session *
*: bad command startup *
*: bad default rbl *
*: bad initial octet *
*: bad input: *
*: bad length * for *
*: bad null first *
*: bad null last *
*: bad numerical configuration: *
*: bad open file *
*: bad or missing *
*: bad precision * in *
*: bad rbl reply *
*: bad record type: *
*: bad request flags: *
*: bad size= value: *
*: bad status code: *
*: bad string length *
*: bad time value *
*: bad width * in *
*: bad write: *
*: bind *: *
*: bounce message failure
*: built-in policy has *
*: cache cleanup scan *
*: can't serialize properties: *
*: cannot accept connection: *
*: cannot change file *
*: cannot convert * from *
*: cannot convert IP *
*: cannot convert [*]:* to *
*: cannot convert client *
*: cannot convert server *
*: cannot find :include: *
*: cannot open PRNG *
*: cannot receive connection *
*: cannot receive file *
*: cannot send file *
*: chgrp *: *
*: child wait time *
*: close * failed
*: close *: *
*: close configuration file: *
*: close directory *: *
*: close listener socket *
*: close pipe: *
*: close socket: *
*: close status descriptor *
*: close(*): *
*: close: *
*: comment at end *
*: connect to * service: *
*: control level * != SOL_SOCKET
*: control type * != SCM_RIGHTS
*: conversion "*" failed: input *
*: conversion "*" failed: non-ASCII *
*: conversion error for *
*: could not configure *
*: create fifo *: *
*: create file *: *
*: deprecated parameter, use *
*: dictionary name exists: *
*: digest algorithm "*"(*) unknown
*: digest algorithm * needs *
*: directory open failed: *
*: directory read error: *
*: disabling IPv4 name/address *
*: disabling IPv6 name/address *
*: dlopen failure loading *
*: dlsym failure looking *
*: don't know how *
*: dup2 listen_fd *
*: dup2 status_fd: *
*: dup2(*, *): *
*: dup2: *
*: duplicate entry: "*"
*: duplicate sender address: *
*: empty "*" header value *
*: empty address
*: empty domain name
*: empty hostname
*: encoder called with *
*: envelope records out *
*: error clearing *imum *
*: error configuring local *
*: error configuring matching *
*: error enabling DANE-based *
*: error enabling fingerprint *
*: error extracting legacy *
*: error loading match *
*: error parsing URL *
*: error reading *: *
*: error receiving common *
*: error receiving recipient *
*: error sending to *
*: error setting *imum *
*: error setting SNI *
*: error setting cipher *
*: error writing *: *
*: excessive result "*" in *
*: exec *: *
*: execvp *: *
*: fchmod *: *
*: file is owned *
*: file open failed: *
*: file status changed *
*: flow pipe read *
*: flush dictionary: *
*: fork: * -- throttling
*: fstat *: *
*: fstat failed; *
*: fstat file *: *
*: fstat: *
*: getifaddrs: *
*: getsockname() failed (*) skipping *
*: getsockopt TCP_MAXSEG: *
*: getsockopt: *
*: host found but *
*: hostname label too *
*: i2d_SSL_SESSION failed: unable *
*: ignored: queue * id *
*: ignoring ESMTP argument *
*: ignoring VERP request *
*: ignoring attempt from *
*: ignoring attribute "*" with *
*: ignoring bad VERP *
*: ignoring bad delay *
*: ignoring bad extra *
*: ignoring duplicate entry *
*: ignoring invalid match *
*: ignoring malformed DSN *
*: ignoring malformed Message-ID
*: ignoring malformed dsn *
*: ignoring malformed or *
*: ignoring malformed policy *
*: ignoring multiple * attribute: *
*: ignoring null lookup *
*: ignoring out-of-order DSN *
*: ignoring out-of-order original *
*: ignoring too long *
*: ignoring unknown status: *
*: illegal length *, record *
*: in "*" is not in "name = value" form
*: inapplicable "*" header label *
*: incompatible TLS support: *
*: inet_ntop: *
*: internal error: bad *
*: invalid * parameter value *
*: invalid attribute name: *
*: invalid character *(decimal) *
*: invalid character *(decimal): *
*: invalid character: 0x* in *
*: invalid cipher grade: *
*: invalid empty policy
*: invalid flags in *
*: invalid octet count: *
*: invalid octet value: *
*: invalid security level *
*: invalid size record: *
*: invalid unary '!+-@' in *
*: invalid value: *; session *
*: ioctl SIOCGIFCONF: *
*: ioctl SIOCGIFNETMASK: *
*: ioctl SIOCGLIFCONF: *
*: ioctl(SIOCGLIFNETMASK): *
*: kill myself: *
*: kill process group: *
*: ldap_get_option(API_INFO) failed
*: leading zero in *
*: left-over data *
*: listen file descriptor *
*: lock dictionary: *
*: lock fast flush *
*: logical line must *
*: lookup error for *
*: malformed * parameter: *
*: malformed BDAT command *
*: malformed IPv4-in-IPv6 address: *
*: malformed IPv6 address: *
*: malformed Message-ID attribute: *
*: malformed UTF-8 domain *
*: malformed attribute/value pair *
*: malformed pointer record *
*: malformed record: *
*: malformed record: *...
*: malformed response
*: malformed size record: *
*: matching type * specified *
*: matching type 1 can *
*: matching type 2 can *
*: message * dated * seconds *
*: message * has been *
*: message dated * seconds *
*: message has been *
*: message not accepted, *
*: message rejected: attribute *
*: message rejected: bad *
*: message rejected: envelope *
*: message rejected: hopcount *
*: message rejected: malformed *
*: message rejected: missing *
*: message rejected: multiple *
*: message rejected: no *
*: message rejected: unexpected *
*: message rejected: weird *
*: milter *: EOF while *
*: milter *: missing string *
*: milter configuration error: *
*: misplaced delimiter: *
*: misplaced dot: *
*: misplaced hyphen: *
*: missing message text *
*: missing sender address: *
*: missing trw_set_tls_policy call
*: move to * queue *
*: multi-line response longer *
*: multi-valued * entry for *
*: no @domain in *
*: no applicable SASL *
*: no owner UID *
*: no pattern after *
*: no recipients in *
*: no sender before *
*: non-* response from *
*: non-ASCII "*" header value *
*: non-numeric port number: *
*: not a fifo: *
*: null BDAT request *
*: null parser name
*: null recipient result *
*: null transport result *
*: numeric hostname: *
*: open *: *
*: open directory *: *
*: open fast flush *
*: opportunistic TLS encryption *
*: out-of-range port number: *
*: parameter * has empty *
*: pipe: *
*: policy lookup failed *
*: policy table lookup *
*: postmaster notice failed *
*: premature disconnect
*: process id *: command *
*: putenv: *
*: queue file size *
*: rcpt count mismatch *
*: read bounce log *
*: read error: *
*: read fast flush *
*: read file *: *
*: read message file *
*: read time limit *
*: read timeout for *
*: read timeout on *
*: read() returns EAGAIN *
*: read: *
*: receive client TLS *
*: receive remote SMTP *
*: receive request attributes: *
*: record type * not *
*: remove * from *: *
*: remove * log: *
*: remove *: *
*: removed spurious * log
*: rename * from * to *
*: rename * to *: *
*: rename * to *: giving *
*: rename from * to *
*: request longer than *
*: reset time stamps: *
*: response longer than *
*: run-time API vendor: *
*: run-time API_INFO version: *
*: save corrupt file *
*: seek *: *
*: seek error after *
*: seek file *: *
*: seek mailbox file *
*: seek or write *
*: seek queue file *
*: send file descriptor *
*: send file descriptor: *
*: setenv: *
*: setsockopt TCP_NODELAY: *
*: setsockopt: *
*: shl_findsym failure looking *
*: sigaction(*): *
*: sigaction(SIGALRM): *
*: sigaction: *
*: skip address type *
*: skipping address family *
*: skipping record type *
*: skipping reply record *
*: skipping unknown address *
*: smtp body checks *
*: smtp header checks *
*: socket: *
*: spurious null attribute *
*: stat *: *
*: status file descriptor *
*: success or failure *
*: table *: negative time *
*: table *: null time *
*: table *:* lookup error *
*: the "dane" security *
*: timeout receiving delivery *
*: timeout receiving file *
*: too few `:' in *
*: too many `:' in *
*: too many `::' in *
*: too many length *
*: too many reverse *
*: too much BDAT *
*: too much text: *
*: trace logfile update *
*: truncate fast flush *
*: truncated TLSA RR *
*: uid *: file has *
*: uid *: not a regular *
*: uid=*: no envelope *
*: unable to convert *
*: unable to receive *
*: undefined $name in *
*: undeliverable postmaster notification *
*: unexpected EOF in *
*: unexpected EOF reading *
*: unexpected SSL_ERROR code *
*: unexpected action '*' in *
*: unexpected dictionary: *
*: unexpected memcache server *
*: unexpected text after *
*: unix-domain name too *
*: unknown "*" header label *
*: unknown * bit in *
*: unknown DNS filter *
*: unknown TLS policy *
*: unknown address class: *
*: unknown attribute name: *
*: unknown command: * -- ignoring *
*: unknown content encoding: *
*: unknown encoding: *
*: unknown group: *
*: unknown username: *
*: unlock dictionary: *
*: unlock fast flush *
*: unreasonable * map expansion *
*: unreasonable * map nesting *
*: unreasonable * result *... -- message *
*: unreasonable charset name: *
*: unrecognized suffix "*" in *
*: unsupported TLS level *
*: unsupported parameter value: *
*: update * time stamps: *
*: update file time *
*: verify service update *
*: vstream_fseek *: *
*: vstream_ftell *: *
*: vstream_ftell *: *:
*: vstream_ftell file *
*: write queue file: *
*: write time limit *
*: write watchdog_pipe: *
*: write() returns EAGAIN *
*: your system has *
*: zero result in *
*:* 'domain' pattern match *
*:* is unavailable. *
*:* lookup error
*:* lookup error for *
*:* socketmap server * error*
*:*: Can't open database: *
*:*: cursor error for *
*:*: duplicate entry: "*"
*:*: expansion limit exceeded *
*:*: failed to append *
*:*: failed to create *
*:*: failed to get *
*:*: failed to retrieve *
*:*: internal error: *
*:*: invalid UTF-8 in *
*:*: key "*": non-UTF-8 value *
*:*: lookup of '*' failed
*:*: non-UTF-8 key "*": *
*:*: query failed: *
*:*: unable to get *
*:*: update failed
*[*]: *: Expansion limit exceeded *
*[*]: *: Query size limit *
*[*]: *: Recursion limit exceeded *
*[*]: DN * not found, *
*[*]: malformed URL *: *(*)
*[*]: search error *: *
*backward time jump *
-* option not supported
-- ignoring this template *
-B option needs 8BITMIME *
-N option cannot be *
-R option cannot be *
-V requires two characters *
-c requires absolute pathname
-f option specified malformed *
-i is allowed only *
-oA requires pathname
-q* is not implemented
-qI can be used only in delivery mode
-qR can be used only in delivery mode
-t can be used *
-t option cannot be *
/usr/lib/sendmail and * differ
:include: file * is *
:include: nesting limit *
:include:* uses a relative *
AUTH command rate *
Both * and one *
CHECK YOUR QUEUE *
Can't require client *
Cannot allocate SSL *
Cannot enable *: DNS *
Cannot flush mail *
Cannot flush mail queue - mail system is down
Cannot flush queue *
Connect to the *
Connect to the Postfix showq service: *
Connection concurrency limit *
Connection rate limit *
Could not allocate *
Could not report *
Could not set *
DANE TLSA lookup *
DNS record count *
DNSSEC status lookup *
DNSSEC validation may *
DSN detail code *
Digest algorithm "*" not *
ECDSA not supported. *
Error running *
Failed to enable *
Flush service is *
ICU library initialization *
Ignoring bad ESMTP *
Illegal address syntax *
Illegal address syntax from *
Invalid TLS level *
Invalid TLS protocol *
Invalid matching type *
Invalid request: "*"
MX name '*' does *
Mail system is *
Message delivery request *
Milter service needs *
Need a server cert *
New TLS session *
No PEM data *
No certs for *
No private key *
No recipient addresses *
No server certs *
OPERATION INCOMPLETE -- RERUN *
OpenSSL DANE initialization *
PREPEND action without *
PRNG exchange file *
Postfix integrity check failed!
Postfix library version *
QUEUE FILE NAMES *
QUEUE FILE NAMES WERE CHANGED *
Queue report unavailable *
Queue report unavailable - mail system is down
RBL reply error: *
REPLACE action without *
Recipient address rate *
Refusing STARTTLS request *
Refusing TLS service *
Replace one by a symbolic link *
Reserved matching type *
SASL Connect to *
SASL auth failure *
SASL authentication cache *
SASL authentication failure: *
SASL authentication problem: *
SASL library initialization
SASL library initialization *
SASL per-connection initialization *
SASL per-connection security *
SASL per-connection server *
SASL per-process initialization *
SASL: Connect to *
SASL: Connected to *
SASL: Couldn't send *
SASL: Protocol error
SASL: Protocol version *
SMTP reply code *
See earlier parsing *
TLS SNI changed *
TLS SNI from *
TLS client initialization *
TLS client role *
TLS has been *
TLS library problem: *
TLS policy lookup *
TLS server role *
TLSRPT is selected, *
TLSRPT support is *
Unable to look *
Unexpected flush server *
Unexpected record type *
Unknown flush server *
User *(*) is not allowed to *
Wrapper-mode request dropped *
accept connection: *
access table * entry *
access table * has *
access table *: action *
access table *: with *
address conversion error *
alias database loop *
alias initialization mode *
all network protocols *
ambiguous match (* results) *
append file *: *
attribute count exceeds *
backward time jump *
bad * header text *
bad * parameter value: *
bad * value: *
bad * value: *; specify *
bad -N option value *
bad -R option value *
bad BCC address *
bad DNSBL domain *
bad DNSBL filter *
bad DNSBL weight *
bad DSN action *
bad EHLO SIZE *
bad ETRN *... from *
bad FILTER command *
bad IPv4 client *
bad IPv6 client *
bad IPv6 server *
bad PREPEND header *
bad REDIRECT target *
bad REPLACE header *
bad TCP client *
bad TCP server *
bad address size *
bad address verify *
bad boolean configuration: *
bad column field *
bad command *
bad configuration: * = *
bad error service *
bad extra offset *
bad generation: *
bad home directory *
bad mail queue *
bad network port: *
bad numerical configuration: *
bad parameter value *
bad parameter value: *
bad per-session SASL *
bad port number: *
bad protocol stage: *
bad queue id *
bad recipient status *
bad record type: *
bad severity: "*"
bad smtp_sasl_auth_cache entry: *
bad string length *
bad syntax in *
biff_notify: *
bind * port *: *
bind: *: *
bogus cache type *
bogus file name: *
bogus seed length *
bounce_append: ignoring dsn *
bounce_one: ignoring dsn *
can't create maps *
can't open * (*) - skipping *
can't sequence maps *
cannot access UNIX *
cannot allocate client *
cannot allocate server *
cannot allocate temp *
cannot change directory *
cannot connect to *
cannot convert client *
cannot convert server *
cannot convert type *
cannot examine read *
cannot execute */postconf!
cannot find username *
cannot fstat() the *
cannot get * certificate *
cannot get * private *
cannot get shared *
cannot handle socket *
cannot kill process *
cannot load DH *
cannot lock PRNG *
cannot open PRNG *
cannot open entropy *
cannot open file *
cannot open include *
cannot pass connection *
cannot read PRNG *
cannot read from *
cannot receive milters *
cannot remove zero-length *
cannot seek PRNG *
cannot send TLS *
cannot send milters *
cannot unlock PRNG *
cannot update lock *
cannot write PRNG *
chdir *: *
chdir("*"): *
chdir(*): *
chdir(/): *
child: setsid: *
chmod socket *: *
chroot(*): *
cidr map *, line *
cidr map *: read *
ciphertext read/write *
clean_env: * in: *
cleanup_milter_receive: milter receive *
clock_gettime() failed: *
close *: *
close PRNG exchange *
close database *: *
close file *: *
close session endpoint *
close(*): *
close: *
command "*" exited with *
command * exit status *
command * killed by *
config variable *: host *
configuration error: * is *
connect #* to subsystem *
connect to * service: *
connect to */*: *
connect to *: *
connect to Milter *
connect to TCP *
connect to mysql *
connect to pgsql *
connect to proxy *
connect to service: *
connect to transport *
corrupted queue file: *
could allocate space *
could not find *
could not get *
couldn't initialize pldb!*
create DB database: *
create DB environment: *
daemon initialization failure *
daemon mode requires *
damaged message: *
database * is older *
database *: I/O error*
database *:*: data for *
database *:*: delete failed: *
database *:*: first/next support *
database *:*: update failed: *
db_common_parse: *
deadlock on ciphertext *
deadlock on plaintext *
defer_append: ignoring dsn *
defer_one: ignoring dsn *
define a restriction class *
descriptor * does not *
dict pgsql: (host *
dict_cdb_open: inappropriate open *
dict_cdbq_open: unable to *
dict_db_open: fstat: *
dict_dbm_open: fstat: *
dict_dbq_open: fstat: *
dict_lmdb_open: fstat: *
dict_mysql: host (*
dict_mysql: insufficient memory
dict_mysql: mysql_set_character_set '*
dict_nis_init: NIS domain *
dict_pgsql: cannot set *
dict_sdbm_open: fstat: *
dict_sqlite_quote: out of *
dictionary * does not *
dictionary *: lookup *: operation *
dictionary *: macro processing *
disabling TLS support
disabling all type *
disabling connection caching
disabling input from *
display queue mode *
dns_get_fixed: bad class: *
dns_lookup: Name server *
dnsblog reply timeout *
dnsblog_query: lookup error *
do not list domain * in BOTH *
do not run this command by hand
do not specify *
do not use ETRN in "sendmail -bs" mode
do not use the same TLS cache file *
don't know if *
don't know what *
doze: select: *
dup(0): *
dup2: *
duplicate attribute * in *
duplicate master.cf entry *
empty macro name: *
empty map specification: *
empty milter definition: *
empty nexthop hostname
empty policy service: *
encryption keys etc. *
end-of-input while reading *
error [*] initializing cursor *
error [*] seeking *: *
error allocating OpenSSL *
error computing * message *
error configuring auto *
error configuring explicit *
error connecting to *
error decoding DH *
error deleting from *
error duplicating client *
error initializing the *
error loading certificate *
error loading chain *
error loading client *
error loading compiled-in *
error loading private *
error loading the *
error looking up *
error opening DH *
error opening chain *
error opening memory *
error opening trust *
error reading *: *
error reading *:*: *
error reading: *: malformed *
error receiving * service *
error seeking *: *
error seeking *:*: *
error sending request *
error talking to *
error updating *:*: *
error writing *: *
error writing DBM *
error writing SDBM *
event_loop: kevent: *
event_loop: select: *
execl *: *
execv *: *
execvp *: *
expected maptype:mapname instead *
expire file *: *
expire file *: cannot *
extract_answer: bad SOA *
extract_answer: bad TXT *
extract_answer: bad address *
failed to configure *
failed to receive *
failed to set *
fchmod * 0*: *
fchmod *: *
fchmod socket *: *
fcntl F_DUPFD *: *
fcntl F_DUPFD: *
fcntl: get flags: *
fcntl: set close-on-exec *
fcntl: set non-blocking *
file * has bad *
file * is not a regular file
file * is world *
file */*: parameter *: bad *
file */*: parameter *: group *
file */*: parameter *: null *
file */*: parameter *: unknown *
file */*: parameter *: unrecognized *
file */*: parameter *: user *
file */*: parameters * and *
file */*: service *: unknown *
file system clock *
finish database *: *
flag `D' requires *_destination_recipient_limit *
flag `O' requires *_destination_recipient_limit *
flush database *: *
flush queue mode *
flush queue_id requires *
flush site requires *
for instructions see *
fork *: *
fork: *
fstat *: *
fstat flow pipe *
fstat(*): *
fstat: *
get DB cache *
get database file *
gethostname: *
getpeername: * -- dropping this *
getpwnam_r: *
getpwuid_r: *
getrlimit: *
getsockname: * -- dropping this *
gettimeofday() failed: *
group or other writable: *
haproxy read: *
host * greeted me *
host * replied to *
host * said: * (in *
host *: conversion error *
host not found: *
host or service *
hostaddr_to_sockaddr *
hostname * does not *
hostname * does not resolve to address *
if this file *
ignoring "* = *" setting for *
ignoring * parameter value *
ignoring -m option without *
ignoring -q option in *
ignoring 2nd key *
ignoring bad DELAY *
ignoring bad permissions: *
ignoring interface with *
ignoring malformed header: *
ignoring multiple default *
ignoring non-empty *
ignoring unknown ECDHE *
in parameter *, specify *
incorrect QMQP server *
incorrect SASL library *
incorrect SMTP server *
inet_ntop: *
initgroups: *
initialize database *: *
invalid "-o *" option value: *
invalid * parameter value *
invalid * value: *
invalid *: * (max *)
invalid *: * (min *)
invalid directory name: *
invalid header format *
invalid mail queue *
invalid option: *
invalid parameter setting *
invalid retirement time: *
invalid service name: *
invalid session ticket *
invalid setting: "* = *"
invalid size * from *
invalid socket_count: *
invalid tls security *
invalid transport name: *
key at index *
listen: *
loading *: ignoring PEM *
lock *: *
lock file *: *
logfile '*' write error: *
lookup *, NIS domain *
lookup *, NIS+ map *
lost connection with *
lots of deferred *
mac_exp_eval: bad conversion: *
mail for * is using up *
mail for * loops back to myself
mail system startup failed
mail_addr_find_opt: do not *
mail_stream_cleanup: close error
maildir access problem *
malformed * value: * format *
malformed UTF-8 in *
malformed base64 data *
malformed default macro *
malformed fingerprint value: *
malformed map attribute *
malformed map attribute: *
malformed map specification: *
malformed numerical data *
malformed option: *: "...*..."
malformed queue id: *
malformed queue name: *
malformed request
malformed service name: *
malformed showq server *
malformed verp delimiter *
map *:*: lookup key *
message format error: *
milter *: DISCARD action *
milter *: EOF while *
milter *: bad change *
milter *: bad client *
milter *: bad insert *
milter *: bad packet *
milter *: bad protocol *
milter *: body replacement *
milter *: can't read *
milter *: error writing *
milter *: ignoring unknown *
milter *: input packet *
milter *: malformed reply: *
milter *: no data *
milter *: no protocol *
milter *: null change *
milter *: packet too *
milter *: protocol version *
milter *: read error *
milter *: reply * was *
milter *: request mask *
milter *: unexpected filter *
milter *: unexpected protocol *
milter *: unexpected reply *
milter *: unreasonable packet *
milter *: unrecognized default *
milter *: write error *
milter service syntax *
missing 'postlog' service *
missing DELAY argument *
missing Dovecot server *
missing FILTER command *
missing argv= attribute
missing argv= command-line *
missing attribute * in *
missing client address *
missing client port *
missing server address *
missing server port *
missing transport name *
missing user= attribute
missing user= command-line *
missing value for *
msg_stats_scan: size mis-match: *
multi-instance support is *
multi-valued * result for *
multiple values for *
mymalloc of pldb *
mymalloc: insufficient memory *
myrealloc: insufficient memory *
name/inode mismatch: *
need service transport:endpoint *
negative caching disables *
nexthop domain *: configured *
ni_open `.': *
ni_open `..': *
ni_open: domain depth *
no 'map create' *
no * file found
no * key exchange *
no * variable set *
no @ in recipient *
no MX host for *
no MX host for * has a valid *
no Postfix * directory *
no Postfix master program *
no SASL authentication *
no SRV host for * has a valid *
no entropy for *
no entropy source *
no login name *
no recipient in *
no time: *
no transport type *
non-SMTP command from *
non-default * = * is not *
non-default * = * requires OpenSSL *
none of the * key exchange groups are supported
none of the configured ECDHE curves are supported
not compiled with *
not enough free *
not owned by *
not set-gid or not *
numeric hostname: *
old value: "*", new *
open *: *
open /dev/null: *
open DB environment: *
open database *.{dir,pag}: *
open database *: *
open database *: cannot *
open dictionary: expecting *
open file *: *
open input file *
open lock file *
open lockfile *: *
open logfile '*': *
option * is deprecated *
option -V is deprecated *
or the command *
out of memory
out of memory *
output write error: *
parameter * specifies no *
parameter *: bad time *
parameter *: invalid request: *
parameter *: no local *
parameter *: value "*" must *
parent: kill: *
pausing to avoid *
pcre map *, line *
per-session SASL client *
perhaps you need *
pgsql query failed: *
pipe flag `D' requires *
pipe flag `O' requires *
pipe: *
please avoid flushing *
please increase time *
please reduce time *
please specify a charset *
please update the *
please verify contents *
policy service syntax *
poll: *
possible solution: recompile *
postmaster notify: *
problem sending file *
process * pid * exit *
process * pid * killed *
process * pid * stopped *
proxy * rejected "*": "*"
proxy * reported *
proxy speed-adjust log *
queue file read *
rbl response code *
read *: *
read TCP map *
read file *: *
read() returns EAGAIN *
read: *
readdir loop on *
reason: dnssec_probe '*
received garbage from *
recipient *: bad gid *
recipient *: bad uid *
recipient *: destination * is *
recipient *: not found *
recipient count: *
recipient nesting limit *
redirecting the request *
refresh exclusive lock: *
refusing * delete request *
refusing * update request *
regexp map *, line *
reject: ETRN *... from *
relay_clientcerts: lookup error *
relocated_maps lookup problem*
remove *: *
remove before-queue filter *
remove directory *: *
remove file *: *
remove logfile *: *
remove subdirectory *: *
removing zero-length database *
rename database from *
rename file * as *
reply length * > buffer *
request for unapproved *
request from tlsproxy *
request to deliver *
request to index *:* failed: *
request to send *
request to update *
request to use *
requested column * > max *
required alias not *
res_nsearch(state, "*
resetting file time *
resolve_addr: <*>: giving up *
restriction * is deprecated. *
restriction * must be *
restriction * requires domain *
restriction * returns OK *
restriction *: bad argument *
restriction `*' after `*' is *
restriction `*' ignored: no *
restriction class `*' needs *
rewrite_addr: null address
run-time library vs. *
saving corrupt file *
see http://www.postfix.org/STRESS_README.html for *
see https://www.postfix.org/STRESS_README.html for *
seek *: *
seek before-queue filter *
seek file *: *
seek mailbox file *
seek message file *
seek queue file *
seek queue file: *
select lock: *
select unlock: *
select: *
sending file handle *
sent: ignoring dsn *
server * violates * policy
service "*" (*) has reached *
service * requires a process *
service * requires privileged *
service *(*): child (pid *
service *: ignoring * change
service ignores 'pass' *
service name must *
service not found: *
set DB cache *
set DB hash *
set DB max *
set per-session SASL *
set_eugid: setegid(*
set_eugid: seteuid(*
set_eugid: setgroups(*
setenv *: *
setenv(*, *): *
setenv: *
seteuid(0): *
setgid(*): *
setgroups(1, *): *
setrlimit: *
setsid failed: *
setsid: *
setsockopt SO_RCVBUF *
setsockopt SO_SNDBUF *
setsockopt(IPV6_V6ONLY): *
setsockopt(SO_REUSEADDR): *
setsockopt(SO_REUSEPORT): *
setsockopt(SO_REUSEPORT_LB): *
setuid(*): *
shared lock *: *
shared-lock database *
sigdelay: sigprocmask: *
signal(SIGXFSZ,SIG_IGN): *
sigresume: sigprocmask: *
skipping record type *
smtp_proto: spurious flush *
smtp_session_activate: bad cached *
smtp_session_passivate: bad cached *
smtp_session_passivate: can't save *
smtp_session_passivate: cannot save *
smtpd_proxy * support is *
so that Postfix *
socket: *
socketpair: *
specify "* = *" or "* = *" in *
specify "* = no" to *
specify -b -h or -m only *
specify a password table *
specify one of *
specify only one *
specify: -qIqueueid
specify: -qRsitename
stand-alone mode requires *
stat(*): *
statfs *: *
statvfs *: *
stopping the Postfix mail system with force
stream connections are *
strftime: *
stripping too many *
support for restriction *
support for the *
system library does *
table "*:*": empty lookup *
table "*:*": empty query *
table *: lookup *: *
table *: lookup result *
table *:* lookup error: *
table *:* should return *
table *:*: close operation *
table *:*: delete error: *
table *:*: delete operation *
table *:*: empty lookup *
table *:*: key *: *
table *:*: key *: empty *
table *:*: lookup operation *
table *:*: query error
table *:*: query error: *
table *:*: sequence error: *
table *:*: sequence operation *
table *:*: update operation *
table *:*: write error: *
the -i option cannot *
the -t and -w options *
the Postfix QMQP *
the Postfix SMTP *
the Postfix mail system is *
the Postfix sendmail *
the master command *
the milter_header/body_checks prepend *
the postfix command *
this is not allowed for security reasons
this may slow *
this postfix command *
this program was *
time lookup failed: *
timeout connecting to *
timeout sending connection *
timeout talking to *
timeout while waiting *
to approve this *
to avoid this *
to change *, stop *
to prevent loss *
to submit mail, *
to turn off these warnings specify: *
too long -V option *
too many errors *
transport_lookup: null address *
truncate *: *
truncate before-queue filter *
truncate file *: *
truncated macro reference: *
ucasemap_open error: *
uid=*: ignoring attribute *
uid=*: ignoring malformed *
uid=*: ignoring unexpected *
uid=*: malformed input
uid=*: remove *: *
uid=*: unexpected or *
uid=*: unexpected record *
ulimit: *
unable to connect *
unable to contact *
unable to create missing queue directories
unable to determine *
unable to execute *
unable to look *
unable to lookup *
unable to set *
unable to talk *
unable to use *
unauthorized configuration directory *
unexpected * from * (expected: *
unexpected SMFIC_UNKNOWN response: *
unexpected address family: *
unexpected address length *
unexpected attribute * from *
unexpected command-line argument: *
unexpected data in *
unexpected end-of-input from *
unexpected process name *
unix-domain name too *
unknown * value "*" in *
unknown MDB error *
unknown address verification *
unknown attribute name: *
unknown command in *
unknown command: '*
unknown command: *
unknown context: *
unknown flag: * (ignored)
unknown group name: *
unknown home directory *
unknown macro name *
unknown map attribute *
unknown option: "* = *"
unknown search type *
unknown service: */*
unknown smtp_tls_security_level *
unknown smtpd restriction: *
unknown tlsrpt_failure_t value *
unknown user name: *
unknown user: *
unlink *: *
unlock database * for *
unrecognized request: "*", ignored
unsetenv: *
unsupported * value: *
unsupported SASL client *
unsupported SASL server *
unsupported command in *
unsupported dictionary type: *
unsupported map type *
unsupported map type: *
unsupported transport type: *
unsupported: -*
update queue file *
update_env: * in: *
usage*postfix *
usage: * [-Nfinoprsuvw] [-c config_dir] *
usage: * [-bfFhimnNoprsuUvw] [-c config_dir] *
usage: * [-c config_dir] [-D (debug)] *
usage: * [-c config_dir] [-Dv] *
usage: * [-c config_dir] [-d queue_id *
usage: * [-c config_dir] [-i] [-p priority] *
usage: * [-c config_dir] [-v]
usage: * [options]
usage: postqueue -f | postqueue *
use DUNNO instead *
use of this command is reserved for the superuser
user must not *
user= command-line attribute *
using OpenSSL default *
using Postfix default *
vstream_ftell *: *
vstring_extend: length overflow
wait: *
watchdog timeout
write * attribute: *
write *: *
write fast flush *
write resolver reply: *
write rewrite reply: *
write to SIG_PIPE_WRITE_FD *
write to process *
write() returns EAGAIN *
write: *
wrong service name *
you may need *
"""
"""Behind `warning: `, `error: ` or `fatal: `."""

REMARKS = r"""
* Actual Protocol version used is *
* Decrypting session ticket*
* Issuing session ticket*
* Matched DANE *
* Matched fingerprint*
* Matched subject*
* Matched trust anchor *
* Reusing old session*
* SNI hostname: *
* TLS cipher list "*
* cache cleanup will start after *
* certificate verification failed *
* delete: "*": *
* depth=* verify=*
* discarding EHLO keywords: *
* feedback *
* line *: using backwards-compatible default setting *
* looking up session *
* lookup: "*" = "*"
* matched peername: *
* queue *: limit * window *
* raw public key fingerprint=*
* re-using session with untrusted *
* reloaded session *
* remove session *
* replacing command "*" with "*
* replacing server reply "*" with "*
* save session *
* sequence: "*" = "*"
* sequence: found EOF
* start TLS * session cache cleanup
* subject_CN=*
* subject_CN=*, issuer=*
* update: "*" = "*": *
* using backwards-compatible default setting *
* using size limit * *
* verify=* raw public key
* worked around spurious NFS error
< *: *
> *: *
EGD server * reports zero bytes available
Host offered STARTTLS: [*
Postfix is using backwards-compatible default settings
Read * chars: *
Run-time linked against Berkeley DB: *
SMTPS wrappermode (TCP port 465) requires setting *
SSL3 alert *
SSL_accept error from *
SSL_accept:*
SSL_connect error to *
SSL_connect:*
SSL_set_fd error *
See http*COMPATIBILITY_README*
TLS SNI * from * not matched, *
TLS support is not compiled in *
TLSRPT: status=*, domain=*
To disable backwards compatibility use "postconf *
Verified *
Write * chars: *
cache * cleanup: retained=* dropped=* entries
cannot load Certification Authority data, *
cannot read * bytes from EGD server *
cannot read from * server *
cannot read from entropy device *
cannot set default OpenSSL certificate verification *
cannot write to EGD server *
certificate verification failed for *
client certificate verification failed for *
close * TLS cache *
close database *
database * pausing after MDB_READERS_FULL
database * using size limit *
delete * session id=*
discarding EHLO keywords: *
entering STRESS mode with * connections
exiting to reopen external entropy source *
host * offers SMTPUTF8 support, but not 8BITMIME
ignoring DNS RR: *
ignoring status update from child pid *
initializing the client-side TLS engine
initializing the server-side TLS engine
issuer=*
leaving STRESS mode with * connections
looking for session *
lookup * session id=*
lost connection to EGD server *
mapping DSN status * into * status *
master exit time has arrived
open * TLS cache *
put * session id=*
read * TLS cache entry *
read from * [* bytes => *
reloaded session *
remove session * from *
running: *
save session * to * cache
server certificate verification failed for *
setting up TLS connection *
skipping SRV lookup for *
skipping address family * for *
subject=*
successfully executed '* *:*' as uid *
table * has changed *
target file '*' already exists, skipping this request
trying... [*
using backwards-compatible default setting *
write * TLS cache entry *
write to * [* bytes => *
"""
"""Lines without such a word."""
