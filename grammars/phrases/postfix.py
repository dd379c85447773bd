"""What Postfix says of itself and its surroundings: a few words of each message, a star for the rest.

Taken from the calls of msg_warn, msg_error, msg_fatal and msg_info in the Postfix source, 3.7 and
3.10, without those that name a queue id.  None of these lines is about one message.
"""

WARNINGS = r"""
"* = *" specifies an *
(old name: *
* TLS cache: *
* and * differ
* and * parameter *
* command payload *
* configuration problem
* delete failed *
* discards all *
* file * is *
* ignored when *
* in server *
* is larger *
* is not *
* is obsolete; *
* is requested, *
* is smaller *
* is true, *
* lookup error *
* lookup failed *
* lookup failure
* lookup of *
* map lookup *
* offered no *
* offered null *
* on * while *
* open failed *
* parameter setting *
* please verify contents and remove by hand
* private key *
* queue must *
* receiving * attribute *
* receiving status *
* requires "* = encrypt" *
* sequence failed *
* service failure
* service is *
* service role *
* should return *
* update access *
* update failed *
* value '*' does *
* while waiting *
*(*) should be *
*(*): -V option requires *
*(*): -t option cannot *
*(*): error reading *
*(*): error writing *
*(*): unable to *
*, line *: *: skipping *
*, line *: Expected *
*, line *: duplicate *
*, line *: expected *
*, line *: malformed *
*, line *: missing *
*, line *: name *
*, line *: need *
*, line *: non-UTF-8 *
*, line *: overriding *
*, line *: record *
*, line *: unable *
*, line *: unbalanced *
*, line *: unknown *
*, line *: unsupported *
*: "*=*" specifies an *
*: #comment after *
*: '*' can be *
*: '[' expected at *
*: ']' expected at *
*: 'select_field' parameter *
*: 'table' parameter *
*: 'where_field' parameter *
*: * "*": per-site table *
*: * Unknown version *
*: * Unrecognized value *
*: * average delay *
*: * ignoring cache
*: * ignoring cache_expiry
*: * ignoring cache_size
*: * lookup error
*: * lookup error *
*: * map lookup *
*: * map open *
*: * server address *
*: * service failure
*: * start_tls requires *
*: *: *: Fragile access *
*: *: Expansion limit *
*: *: Fixed query_filter *
*: *: NULL character *
*: *: SQL finalize *
*: *: SQL prepare *
*: *: SQL step *
*: *: Search base *
*: *: Unable to *
*: *: Unrecognized value *
*: *: domain match *
*: *: error decoding *
*: *: error reading *
*: *: invalid * template *
*: *: lookup key *
*: *: mynetworks lookup *
*: *: non-printable content *
*: *: peer * too *
*: *: peer certificate *
*: *: remove *: *
*: *: rename from *
*: *: table lookup *
*: 8-bit message *
*: BDAT request *
*: Bad NOTIFY *
*: Bad ORCPT *
*: EOF receiving *
*: Error resetting *
*: Error setting *
*: Had some *
*: Invalid TLS *
*: MIME problem *
*: Milter or *
*: Milter request *
*: NIS domain *
*: Problem translating *
*: RBL lookup *
*: SASL * authentication *
*: SASL mechanism *
*: Search error *
*: TLS is *
*: TXT lookup *
*: Too many *
*: URL scheme *
*: Unable to *
*: address family *
*: address or *
*: address with *
*: all TLSA *
*: all fingerprints *
*: all trust *
*: attempt to *
*: attribute "*" has *
*: attribute "*" invalid *
*: attribute "*" is *
*: bad $name *
*: bad * address *
*: bad * parameter: *
*: bad attribute *
*: bad boolean *
*: bad cached *
*: bad command *
*: bad default *
*: bad initial *
*: bad input: *
*: bad length *
*: bad null *
*: bad numerical *
*: bad open *
*: bad or *
*: bad precision *
*: bad rbl *
*: bad record *
*: bad request *
*: bad size= *
*: bad status *
*: bad string *
*: bad time *
*: bad width *
*: bad write: *
*: bind *: *
*: bounce message *
*: built-in policy *
*: cache cleanup *
*: can't serialize *
*: cannot accept *
*: cannot change *
*: cannot convert *
*: cannot find *
*: cannot open *
*: cannot receive *
*: cannot send *
*: chgrp *: *
*: child wait *
*: close * failed
*: close *: *
*: close configuration *
*: close directory *
*: close listener *
*: close pipe: *
*: close socket: *
*: close status *
*: close(*): *
*: close: *
*: comment at *
*: connect to *
*: control level *
*: control type *
*: conversion "*" failed: *
*: conversion error *
*: could not *
*: create fifo *
*: create file *
*: deprecated parameter, *
*: dictionary name *
*: digest algorithm *
*: directory open *
*: directory read *
*: disabling IPv4 *
*: disabling IPv6 *
*: dlopen failure *
*: dlsym failure *
*: don't know *
*: dup2 listen_fd *
*: dup2 status_fd: *
*: dup2(*, *): *
*: dup2: *
*: duplicate entry: *
*: duplicate sender *
*: empty "*" header *
*: empty address
*: empty domain *
*: empty hostname
*: encoder called *
*: envelope records *
*: error clearing *
*: error configuring *
*: error enabling *
*: error extracting *
*: error loading *
*: error parsing *
*: error reading *
*: error receiving *
*: error sending *
*: error setting *
*: error writing *
*: excessive result *
*: exec *: *
*: execvp *: *
*: fchmod *: *
*: file is *
*: file open *
*: file status *
*: flow pipe *
*: flush dictionary: *
*: fork: * -- throttling
*: fstat *: *
*: fstat failed; *
*: fstat file *
*: fstat: *
*: getifaddrs: *
*: getsockname() failed *
*: getsockopt TCP_MAXSEG: *
*: getsockopt: *
*: host found *
*: hostname label *
*: i2d_SSL_SESSION failed: *
*: ignored: queue *
*: ignoring ESMTP *
*: ignoring VERP *
*: ignoring attempt *
*: ignoring attribute *
*: ignoring bad *
*: ignoring duplicate *
*: ignoring invalid *
*: ignoring malformed *
*: ignoring multiple *
*: ignoring null *
*: ignoring out-of-order *
*: ignoring too *
*: ignoring unknown *
*: illegal length *
*: inapplicable "*" header *
*: incompatible TLS *
*: inet_ntop: *
*: internal error: *
*: invalid * parameter *
*: invalid attribute *
*: invalid character *
*: invalid character: *
*: invalid cipher *
*: invalid empty *
*: invalid flags *
*: invalid octet *
*: invalid security *
*: invalid size *
*: invalid unary *
*: invalid value: *
*: ioctl SIOCGIFCONF: *
*: ioctl SIOCGIFNETMASK: *
*: ioctl SIOCGLIFCONF: *
*: ioctl(SIOCGLIFNETMASK): *
*: kill myself: *
*: kill process *
*: ldap_get_option(API_INFO) failed
*: leading zero *
*: left-over data *
*: listen file *
*: lock dictionary: *
*: lock fast *
*: logical line *
*: lookup error *
*: malformed * parameter: *
*: malformed BDAT *
*: malformed IPv4-in-IPv6 *
*: malformed IPv6 *
*: malformed Message-ID *
*: malformed UTF-8 *
*: malformed attribute/value *
*: malformed pointer *
*: malformed record: *
*: malformed response
*: malformed size *
*: matching type *
*: message * dated *
*: message * has *
*: message dated *
*: message has *
*: message not *
*: message rejected: *
*: milter *: EOF *
*: milter *: missing *
*: milter configuration *
*: misplaced delimiter: *
*: misplaced dot: *
*: misplaced hyphen: *
*: missing message *
*: missing sender *
*: missing trw_set_tls_policy *
*: move to *
*: multi-line response *
*: multi-valued *
*: no @domain *
*: no applicable *
*: no owner *
*: no pattern *
*: no recipients *
*: no sender *
*: non-* response *
*: non-ASCII "*
*: non-numeric port *
*: not a fifo: *
*: null BDAT *
*: null parser *
*: null recipient *
*: null transport *
*: numeric hostname: *
*: open *: *
*: open directory *
*: open fast *
*: opportunistic TLS *
*: out-of-range port *
*: parameter * has *
*: pipe: *
*: policy lookup *
*: policy table *
*: postmaster notice *
*: premature disconnect
*: process id *
*: putenv: *
*: queue file *
*: rcpt count *
*: read bounce *
*: read error: *
*: read fast *
*: read file *
*: read message *
*: read time *
*: read timeout *
*: read() returns *
*: read: *
*: receive client *
*: receive remote *
*: receive request *
*: record type *
*: remove * from *
*: remove * log: *
*: remove *: *
*: removed spurious *
*: rename * from *
*: rename * to *
*: rename from *
*: request longer *
*: reset time *
*: response longer *
*: run-time API *
*: run-time API_INFO *
*: save corrupt *
*: seek *: *
*: seek error *
*: seek file *
*: seek mailbox *
*: seek or *
*: seek queue *
*: send file *
*: setenv: *
*: setsockopt TCP_NODELAY: *
*: setsockopt: *
*: shl_findsym failure *
*: sigaction(*): *
*: sigaction(SIGALRM): *
*: sigaction: *
*: skip address *
*: skipping address *
*: skipping record *
*: skipping reply *
*: skipping unknown *
*: smtp body *
*: smtp header *
*: socket: *
*: spurious null *
*: stat *: *
*: status file *
*: success or *
*: table *: negative *
*: table *: null *
*: table *:* lookup *
*: the "dane" *
*: timeout receiving *
*: too few *
*: too many *
*: too much *
*: trace logfile *
*: truncate fast *
*: truncated TLSA *
*: uid *: file *
*: uid *: not *
*: uid=*: no *
*: unable to *
*: undefined $name *
*: undeliverable postmaster *
*: unexpected EOF *
*: unexpected SSL_ERROR *
*: unexpected action *
*: unexpected dictionary: *
*: unexpected memcache *
*: unexpected text *
*: unix-domain name *
*: unknown "*" header *
*: unknown * bit *
*: unknown DNS *
*: unknown TLS *
*: unknown address *
*: unknown attribute *
*: unknown command: *
*: unknown content *
*: unknown encoding: *
*: unknown group: *
*: unknown username: *
*: unlock dictionary: *
*: unlock fast *
*: unreasonable * map *
*: unreasonable * result *
*: unreasonable charset *
*: unrecognized suffix *
*: unsupported TLS *
*: unsupported parameter *
*: update * time *
*: update file *
*: verify service *
*: vstream_fseek *
*: vstream_ftell *
*: vstream_ftell file *
*: write queue *
*: write time *
*: write watchdog_pipe: *
*: write() returns *
*: your system *
*: zero result *
*:* 'domain' pattern *
*:* is unavailable. *
*:* lookup error
*:* lookup error *
*:* socketmap server *
*:*: Can't open *
*:*: cursor error *
*:*: duplicate entry: *
*:*: expansion limit *
*:*: failed to *
*:*: internal error: *
*:*: invalid UTF-8 *
*:*: key "*": non-UTF-8 *
*:*: lookup of *
*:*: non-UTF-8 key *
*:*: query failed: *
*:*: unable to *
*:*: update failed
*[*]: *: Expansion limit *
*[*]: *: Query size *
*[*]: *: Recursion limit *
*[*]: DN * not *
*[*]: malformed URL *
*[*]: search error *
*backward time *
-* option not *
-- ignoring this *
-B option needs *
-N option cannot *
-R option cannot *
-V requires two *
-c requires absolute *
-f option specified *
-i is allowed *
-oA requires *
-q* is not *
-qI can *
-qR can *
-t can be *
-t option cannot *
:include: file *
:include: nesting *
:include:* uses *
AUTH command *
Both * and *
CHECK YOUR *
Can't require *
Cannot allocate *
Cannot enable *
Cannot flush *
Cannot flush mail queue - mail system is down
Connect to *
Connect to the Postfix showq service: *
Connection concurrency *
Connection rate *
Could not *
DANE TLSA *
DNS record *
DNSSEC status *
DNSSEC validation *
DSN detail *
Digest algorithm *
ECDSA not *
Error running *
Failed to *
Flush service *
ICU library *
Ignoring bad *
Illegal address *
Illegal address syntax from *
Invalid TLS *
Invalid matching *
Invalid request: *
MX name *
Mail system *
Message delivery *
Milter service *
Need a server *
New TLS *
No PEM *
No certs *
No private *
No recipient *
No server *
OPERATION INCOMPLETE *
OpenSSL DANE *
PREPEND action *
PRNG exchange *
Postfix integrity check failed!
Postfix library *
QUEUE FILE *
QUEUE FILE NAMES WERE CHANGED *
Queue report *
Queue report unavailable - mail system is down
RBL reply *
REPLACE action *
Recipient address *
Refusing STARTTLS *
Refusing TLS *
Replace one by a symbolic link *
Reserved matching *
SASL Connect to *
SASL auth *
SASL authentication *
SASL authentication failure: *
SASL authentication problem: *
SASL library *
SASL per-connection *
SASL per-process *
SASL per-process initialization *
SASL: Connect *
SASL: Connected *
SASL: Couldn't *
SASL: Protocol *
SMTP reply *
See earlier *
TLS SNI *
TLS client *
TLS has *
TLS library *
TLS policy *
TLS server *
TLSRPT is *
TLSRPT support *
Unable to *
Unexpected flush *
Unexpected record *
Unknown flush *
User *(*) is *
Wrapper-mode request *
accept connection: *
access table *
address conversion *
alias database *
alias initialization *
all network *
ambiguous match *
append file *
attribute count *
backward time *
bad * header *
bad * parameter *
bad * value: *
bad -N option *
bad -R option *
bad BCC *
bad DNSBL *
bad DSN *
bad EHLO *
bad ETRN *
bad FILTER *
bad IPv4 *
bad IPv6 *
bad PREPEND *
bad REDIRECT *
bad REPLACE *
bad TCP *
bad address *
bad boolean *
bad column *
bad command *
bad configuration: *
bad error *
bad extra *
bad generation: *
bad home *
bad mail *
bad network *
bad numerical *
bad parameter *
bad per-session *
bad port *
bad protocol *
bad queue *
bad recipient *
bad record *
bad severity: *
bad smtp_sasl_auth_cache *
bad string *
bad syntax *
biff_notify: *
bind * port *
bind: *: *
bogus cache *
bogus file *
bogus seed *
bounce_append: ignoring *
bounce_one: ignoring *
can't create *
can't open *
can't sequence *
cannot access *
cannot allocate *
cannot change *
cannot connect *
cannot convert *
cannot examine *
cannot execute */postconf!
cannot find *
cannot fstat() *
cannot get *
cannot handle *
cannot kill *
cannot load *
cannot lock *
cannot open *
cannot pass *
cannot read *
cannot receive *
cannot remove *
cannot seek *
cannot send *
cannot unlock *
cannot update *
cannot write *
chdir *: *
chdir("*"): *
chdir(*): *
chdir(/): *
child: setsid: *
chmod socket *
chroot(*): *
cidr map *
ciphertext read/write *
clean_env: *
cleanup_milter_receive: milter *
clock_gettime() failed: *
close *: *
close PRNG *
close database *
close file *
close session *
close(*): *
close: *
command "*" exited *
command * exit *
command * killed *
config variable *
configuration error: *
connect #* to *
connect to *
corrupted queue *
could allocate *
could not *
couldn't initialize *
create DB *
daemon initialization *
daemon mode *
damaged message: *
database * is *
database *: I/O error*
database *:*: data *
database *:*: delete *
database *:*: first/next *
database *:*: update *
db_common_parse: *
deadlock on *
defer_append: ignoring *
defer_one: ignoring *
define a restriction *
descriptor * does *
dict pgsql: *
dict_cdb_open: inappropriate *
dict_cdbq_open: unable *
dict_db_open: fstat: *
dict_dbm_open: fstat: *
dict_dbq_open: fstat: *
dict_lmdb_open: fstat: *
dict_mysql: host *
dict_mysql: insufficient *
dict_mysql: mysql_set_character_set *
dict_nis_init: NIS domain *
dict_pgsql: cannot *
dict_sdbm_open: fstat: *
dict_sqlite_quote: out *
dictionary * does *
dictionary *: lookup *
dictionary *: macro *
disabling TLS *
disabling all *
disabling connection *
disabling input *
display queue *
dns_get_fixed: bad *
dns_lookup: Name *
dnsblog reply *
dnsblog reply timeout *
dnsblog_query: lookup error *
do not *
do not list *
don't know *
doze: select: *
dup(0): *
dup2: *
duplicate attribute *
duplicate master.cf *
empty macro *
empty map *
empty milter *
empty nexthop *
empty policy *
encryption keys *
end-of-input while *
error [*] initializing *
error [*] seeking *
error allocating *
error computing *
error configuring *
error connecting *
error decoding *
error deleting *
error duplicating *
error initializing *
error loading *
error looking *
error opening *
error reading *
error reading: *
error receiving *
error seeking *
error sending *
error talking *
error updating *
error writing *
event_loop: kevent: *
event_loop: select: *
execl *: *
execv *: *
execvp *: *
expected maptype:mapname *
expire file *
extract_answer: bad *
failed to *
fchmod * 0*: *
fchmod *: *
fchmod socket *
fcntl F_DUPFD *
fcntl F_DUPFD: *
fcntl: get *
fcntl: set *
file * has *
file * is *
file */*: parameter *
file */*: parameters *
file */*: service *
file system *
finish database *
flag `D' requires *
flag `O' requires *
flush database *
flush queue *
flush queue_id *
flush site *
for instructions *
fork *: *
fork: *
fstat *: *
fstat flow *
fstat(*): *
fstat: *
get DB *
get database *
gethostname: *
getpeername: * -- dropping *
getpwnam_r: *
getpwuid_r: *
getrlimit: *
getsockname: * -- dropping *
gettimeofday() failed: *
group or other writable: *
haproxy read: *
host * greeted *
host * replied *
host * said: *
host *: conversion *
host not *
host or *
hostaddr_to_sockaddr *
hostname * does *
hostname * does not resolve to address *
if this *
ignoring "* = *" setting *
ignoring * parameter *
ignoring -m option *
ignoring -q option *
ignoring 2nd *
ignoring bad *
ignoring interface *
ignoring malformed *
ignoring multiple *
ignoring non-empty *
ignoring unknown *
in parameter *
incorrect QMQP *
incorrect SASL *
incorrect SMTP *
inet_ntop: *
initgroups: *
initialize database *
invalid "-o *" option *
invalid * parameter *
invalid * value: *
invalid *: * (max *
invalid *: * (min *
invalid directory *
invalid header *
invalid mail *
invalid option: *
invalid parameter *
invalid retirement *
invalid service *
invalid session *
invalid setting: *
invalid size *
invalid socket_count: *
invalid tls *
invalid transport *
key at *
listen: *
loading *: ignoring *
lock *: *
lock file *
logfile '*' write *
lookup *, NIS *
lookup *, NIS+ *
lost connection *
lots of *
mac_exp_eval: bad *
mail for *
mail for * is using up *
mail for * loops back to myself
mail system startup failed
mail_addr_find_opt: do *
mail_stream_cleanup: close *
maildir access *
malformed * value: *
malformed UTF-8 *
malformed base64 *
malformed default *
malformed fingerprint *
malformed map *
malformed numerical *
malformed option: *
malformed queue *
malformed request
malformed service *
malformed showq *
malformed verp *
map *:*: lookup *
message format *
milter *: DISCARD *
milter *: EOF *
milter *: bad *
milter *: body *
milter *: can't *
milter *: error *
milter *: ignoring *
milter *: input *
milter *: malformed *
milter *: no *
milter *: null *
milter *: packet *
milter *: protocol *
milter *: read *
milter *: reply *
milter *: request *
milter *: unexpected *
milter *: unreasonable *
milter *: unrecognized *
milter *: write *
milter service *
missing 'postlog' service *
missing DELAY *
missing Dovecot *
missing FILTER *
missing argv= *
missing attribute *
missing client *
missing server *
missing transport *
missing user= *
missing value *
msg_stats_scan: size *
multi-instance support *
multi-valued *
multiple values *
mymalloc of *
mymalloc: insufficient *
myrealloc: insufficient *
name/inode mismatch: *
need service *
negative caching *
nexthop domain *
ni_open `.': *
ni_open `..': *
ni_open: domain *
no 'map *
no * file found
no * key *
no * variable *
no MX host for *
no Postfix * directory *
no Postfix master program *
no SASL *
no SRV *
no entropy *
no login *
no recipient *
no time: *
no transport *
non-SMTP command *
non-SMTP command from *
non-default *
none of *
not compiled *
not enough *
not owned by *
not set-gid or not *
numeric hostname: *
old value: *
open *: *
open /dev/null: *
open DB *
open database *
open dictionary: *
open file *
open input *
open lock *
open lock file *
open lockfile *
open logfile *
option * is *
option -V is *
or the *
out of *
output write *
parameter * specifies *
parameter *: bad *
parameter *: invalid *
parameter *: no *
parameter *: value *
parent: kill: *
pausing to *
pcre map *
per-session SASL *
perhaps you *
pgsql query *
pipe flag *
pipe: *
please avoid *
please increase *
please reduce *
please specify *
please update *
please verify contents *
policy service *
poll: *
possible solution: *
postmaster notify: *
problem sending *
process * pid *
proxy * rejected *
proxy * reported *
proxy speed-adjust *
queue file *
rbl response *
read *: *
read TCP *
read file *
read() returns *
read: *
readdir loop *
reason: dnssec_probe *
received garbage *
recipient *: bad *
recipient *: destination *
recipient *: not *
recipient count: *
recipient nesting *
redirecting the *
refresh exclusive *
refusing * delete *
refusing * update *
regexp map *
reject: ETRN *
relay_clientcerts: lookup *
relocated_maps lookup problem*
remove *: *
remove before-queue *
remove directory *
remove file *
remove logfile *
remove subdirectory *
removing zero-length *
rename database *
rename file *
reply length *
request for *
request from *
request to *
requested column *
required alias *
res_nsearch(state, "*
resetting file *
resolve_addr: <*
restriction * is *
restriction * must *
restriction * requires *
restriction * returns *
restriction *: bad *
restriction `*' after *
restriction `*' ignored: *
restriction class *
rewrite_addr: null *
run-time library *
saving corrupt *
see http://www.postfix.org/STRESS_README.html *
see https://www.postfix.org/STRESS_README.html *
seek *: *
seek before-queue *
seek file *
seek mailbox *
seek message *
seek queue *
select lock: *
select unlock: *
select: *
sending file *
sent: ignoring *
server * violates *
service "*" (*) has *
service * requires *
service *(*): child *
service *: ignoring *
service ignores *
service name *
service not *
set DB *
set per-session *
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
shared lock *
shared-lock database *
sigdelay: sigprocmask: *
signal(SIGXFSZ,SIG_IGN): *
sigresume: sigprocmask: *
skipping record *
smtp_proto: spurious *
smtp_session_activate: bad *
smtp_session_passivate: bad *
smtp_session_passivate: can't *
smtp_session_passivate: cannot *
smtpd_proxy *
so that *
socket: *
socketpair: *
specify "* = *" or *
specify "* = no" *
specify -b -h or *
specify a password *
specify one *
specify only *
specify: -qIqueueid
specify: -qRsitename
stand-alone mode *
stat(*): *
statfs *: *
statvfs *: *
stopping the Postfix mail system with force
stream connections *
strftime: *
stripping too *
support for *
system library *
table "*:*": empty *
table *: lookup *
table *:* lookup *
table *:* should *
table *:*: close *
table *:*: delete *
table *:*: empty *
table *:*: key *
table *:*: lookup *
table *:*: query *
table *:*: sequence *
table *:*: update *
table *:*: write *
the -i option *
the -t and *
the Postfix *
the Postfix mail system is *
the master *
the milter_header/body_checks *
the postfix *
this is *
this may *
this postfix *
this program *
time lookup *
timeout connecting *
timeout sending *
timeout talking *
timeout while *
to approve *
to avoid *
to change *
to prevent *
to submit *
to turn *
too long *
too many *
transport_lookup: null *
truncate *: *
truncate before-queue *
truncate file *
truncated macro *
ucasemap_open error: *
uid=*: ignoring *
uid=*: malformed *
uid=*: remove *
uid=*: unexpected *
ulimit: *
unable to *
unable to create missing queue directories
unauthorized configuration *
unexpected * from *
unexpected SMFIC_UNKNOWN *
unexpected address *
unexpected attribute *
unexpected command-line *
unexpected data *
unexpected end-of-input *
unexpected process *
unix-domain name *
unknown * value *
unknown MDB *
unknown address *
unknown attribute *
unknown command *
unknown command: '*
unknown command: *
unknown context: *
unknown flag: *
unknown group *
unknown home *
unknown macro *
unknown map *
unknown option: *
unknown search *
unknown service: *
unknown smtp_tls_security_level *
unknown smtpd *
unknown tlsrpt_failure_t *
unknown user *
unknown user: *
unlink *: *
unlock database *
unrecognized request: *
unsetenv: *
unsupported * value: *
unsupported SASL *
unsupported command *
unsupported dictionary *
unsupported map *
unsupported transport *
unsupported: -*
update queue *
update_env: *
usage*postfix *
usage: * [-Nfinoprsuvw] *
usage: * [-bfFhimnNoprsuUvw] *
usage: * [-c config_dir] *
usage: * [options]
usage: postqueue *
use DUNNO *
use of *
user must *
user= command-line *
using OpenSSL *
using Postfix *
vstream_ftell *
vstring_extend: length *
wait: *
watchdog timeout
write * attribute: *
write *: *
write fast *
write resolver *
write rewrite *
write to *
write() returns *
write/read *
write: *
wrong service *
you may *
"""
"""Behind `warning: `, `error: ` or `fatal: `."""

REMARKS = r"""
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
* depth=* verify=*
* discarding EHLO keywords: *
* feedback *
* line *: using backwards-compatible default setting *
* looking up session *
* queue *: limit * window *
* raw public key fingerprint=*
* re-using session with untrusted *
* reloaded session *
* remove session *
* replacing command "*" with "*
* replacing server reply "*" with "*
* save session *
* start TLS * session cache cleanup
* subject_CN=*, issuer=*
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
table * has changed *
trying... [*
using backwards-compatible default setting *
write * TLS cache entry *
write to * [* bytes => *
"""
"""Lines without such a word."""
