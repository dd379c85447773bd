"""What the processes around a Dovecot mail store say of themselves: a few words of each message, a star for the rest.

Taken from the texts of Dovecot 2.3 and from the logging calls of 2.2 and 2.4.  None of these lines names a message.
A failed system call, and trouble that a part of Dovecot reports by its name, are shapes of the format.
"""

COMMON = r"""
Auth * lookup failed
Auth * lookup returned temporary *
Auth connection closed with * *
Auth request missing a file descriptor
Auth request timed out
Auth server did not send *
Auth server request timed out *
Auth server sent empty line
Auth server sent invalid version *
Auth server sent reply with *
Auth server sent unknown handshake: *
Auth server sent unknown response: *
Auth server sent us too *
Authenticated user not found from *
Authentication protocol error
Authentication server sent unknown id *
Broken log line follows (type=*)
Broken log line follows (type=NUL)
Configuration file * line *: *
Connect failed: *
Connect timed out
Connected to wrong socket type. *
Connection closed
Connection closed: *
Connection lost
Connection lost (last SSL error: *)
Connection lost during data transfer: *
Connection lost: *
Connection timed out (> * msecs)
Connection timed out after * seconds
Created dotlock file's timestamp is *
Creating a locked file * *
Disconnected during transaction
Disconnected for inactivity
Disconnected from auth server, aborting
Disconnected from server
Disconnected unexpectedly
Disconnected while reading message payload *
Disconnected: *
Dovecot version mismatch: Master is *
Error in configuration file * *
Error reading configuration: *
Error sending continue request to *
Error sending handshake to auth *
Error sending request to auth *
FILE_LOCK_SLOW_WARNING_MSECS: Invalid value '*' - ignoring
Handshake failed
Handshake timed out
Handshake with auth service failed
I/O leak: *
Idle connection timed out
Idle disconnection
Idle host timed out
Idle timeout
Inotify instance limit for user *
Inotify watch limit for user *
Internal Server Error
Internal auth failure
Internal auth failure: *
Internal authentication failure
Internal error occurred. Refer to *
Internal failure
Invalid -o parameter *: *
Invalid LOG_DEBUG - ignoring: *
Invalid SOCKET_COUNT environment
Invalid first_valid_gid: *
Invalid gid in reply
Invalid gid: *
Invalid handshake reply
Invalid last_value_gid: *
Invalid setting *: *
Invalid system hostname: '*'
Invalid timeout_msecs: *
Invalid uid in reply
Invalid uid: *
Invalid warn_slow_msecs
Killed with signal *
Leaked * fd *
Listing users failed
Locking * took * secs
Login auth request failed: * (*)
Login client disconnected too early
Login client disconnected too early *
Lookup failed
Lookup failed after * msecs: *
Lookup failed: Busy
Lookup failed: Error code=*
Lookup failed: Internal error
Lookup failed: Temporary failure
Lookup timed out
Lookup timed out in * secs
Module is for different ABI *
Must be started by dovecot *
Passdb lookup failed
Passdb lookup failed: *
Post-login script denied access to *
Raw backtrace: *
Received invalid SSL certificate
Received invalid SSL certificate: *
Remote closed connection
Remote closed connection unexpectedly
Remote closed connection: *
Remote disconnected
Remote disconnected while writing output
Remote server not answering (transaction *
SSL alert: *
SSL context initialization failed, *
SSL error: *
SSL failed: *
SSL handshake failed: *
SSL: where=*
SSL_accept() *
SSL_read() *
SSL_write() *
Server shutting down
Shutting down due to fatal error
Skipping module *, because dlopen() *
Socket supports major version *
Temporary file * was unexpectedly deleted
This process must not be *
Time interval '*' is missing *
Time interval is too large: *
Time moved *
Unknown dict module: *
Unknown instance name: *
Unknown setting: *
Unknown stats name: '*'
Unknown syslog_facility: *
User listing returned failure
User listing returned invalid input
Userdb lookup failed
Userdb lookup failed: *
Username is empty string
Wait for sub-processes failed: *
Wait for sub-processes timed out
We couldn't drop root group *
We couldn't drop root privileges
You are not from trusted IP
doveconf cache is *
fd limit (ulimit -n) is lower *
"""
"""What any of its processes may say: settings, limits, other processes, TLS."""

LOGIN = r"""
Aborted login *
Aborting due to internal error: *
Aborting due to remote server: *
Account is temporarily unavailable.
Anonymous login denied
Auth process broken
Auth process broken *
Auth process not responding*
Auth service returned invalid port *
Authenticate * failed: *
Authentication aborted by client.
Authentication failed.
Authentication not allowed until SSL/TLS *
Authentication response too large
Authentication response too large *
Authorization failed
Client sent too many *
Connecting to <*>
Connection queue full
Disconnected by *
Disconnected for inactivity during authentication.
Disconnected for inactivity.
Disconnecting *
Error in IMAP command received *
First parameter in line is *
Host * is down*
Host is down
ID sent: *
Ignoring unknown passdb extra field: *
Input buffer full, aborting
Internal login failure (pid=* id=*)
Internal login failure. Refer to *
Invalid *
Kicked by admin*
LOGINDISABLED advertised, but *
Logged in, but you should *
Logging in timed out (state=*, duration=*s)
Login aborted*
Login disabled for this user
Login failed
Login failed *
Login failed: Plaintext authentication disabled
Login failed: SSL required for authentication
Login for * timed out in *
Login timed out in state=*
Maximum number of connections from *
Missing *
No authentication mechanisms *
Plaintext authentication disabled.
Plaintext authentication disallowed on non-secure *
Plaintext authentication not allowed without *
Process shutting down
Proxying loops to itself
Received invalid SSL certificate from *
Received invalid reply from anvil: *
Reconnected to auth server, can't *
Remote * disconnected: *
Remote input buffer full
Remote sent invalid * in *
Remote server sent invalid input: *
SASL mechanism * init failed: *
SSL required for authentication
STARTTLS failed: *
STLS failed: *
Shutting down
Started proxying to *
TLS initialization failed.
TTL reached zero - *
Temporary authentication failure. [*]
Timed out *
Too long input line
Too many *
Try this server instead.
Unexpected input, ignoring: *
Unknown command
Unknown command.
Unsupported SASL mechanism *
Unsupported authentication mechanism.
XCLIENT failed: *
You are not from trusted *
access(*): Client disconnected during lookup (rip=*)
access(*): Client refused (rip=*)
access(*): Invalid input
access(*): Timed out while waiting *
disconnecting *
host not given
imap_login_command_unregister: Command '*' not found
login_source_ips: net_gethostbyname(*) failed: *
login_trusted_networks: Invalid network '*'
password not given
proxy: *
started proxying to *
"""
"""What the processes before a log-in say, but for the lines of every connection (see the format)."""

AUTH = r"""
* check failed: *
* mechanism can't be supported with *
* userdb: Invalid *
ANONYMOUS listed in *
Aborted * request for *: *
Aborting auth request that was *
All password databases were skipped
Allowing any password
Attempted *
Auth client is already iterating users
Auth master disconnected us while *
Auth request was queued *
Auth worker sees different passdbs/userdbs *
Authentication cache *
Authentication client not compatible with *
Authentication client sent invalid VERSION *
Authentication client trying to connect *
Authentication failed: *
Authentication failure due to policy *
Authentication timed out after * seconds
Capabilities not returned by server
Channel binding not supported
Child * died with signal *
Child * exited with status *
Child * exited with status=*
Client didn't present *
Command '*' failed with *
Command '*' timed out
Connect failed to *
Connected to *
Connecting to *
Connection finished (queries=*, slow queries=*)
Could not escape string: *
Could not parse url *: *
Couldn't initialize SSL client: *
Couldn't initialize SSL context: *
Created new connection
Creating new connection
DNS lookup for * failed: *
DNS lookup for * took *
Deprecated value_format must be 'json'
Disconnected
Empty object key
Empty username
Error parsing input: *
Error reading policy server result: *
Failed to create initial *
Falling back to expired data *
Finished query '*' in * *
Idle kill
Internal auth worker failure
Introspection failed: *
Invalid * ServerKey in passdb
Invalid * StoredKey in passdb
Invalid * iteration count in passdb
Invalid * passdb entry format
Invalid ClientProof
Invalid ClientProof length
Invalid GID value '*'
Invalid GS2 header
Invalid OTP data in passdb
Invalid PBKDF2 passdb entry format
Invalid PBKDF2 passdb entry prefix
Invalid PENALTY-GET reply: *
Invalid UID value '*'
Invalid authzid field
Invalid base64 data in continued response
Invalid base64 data in initial response
Invalid base64 encoding
Invalid channel binding data
Invalid client nonce
Invalid command tag: *
Invalid continued data
Invalid delay_until randomness number '*'
Invalid delay_until timestamp '*'
Invalid digest-uri
Invalid final client message
Invalid gs2-header in request
Invalid hostip in passdb: *
Invalid initial client message: Missing *
Invalid input from helper: *
Invalid maxbuf value
Invalid nonce
Invalid openid_configuration_url: *
Invalid passdb template * - *
Invalid password* in passdb: *
Invalid proxy_timeout value: *
Invalid response value
Invalid state in tagged reply: *
Invalid token
Invalid untagged reply
Invalid userdb template * - *
Invalid username
Invalid username escaping
Invalid username field
Invalid value for maxconns: *
Iteration failed
Key section is missing name
Key section names must not *
LDAP binding *
LDAP search *
LDAP: *
Last passdb can't have pass=yes
Local validation failed: *
Login failed (status=*)
Looking up IP address *
Lookup for * took * secs
Lookup returned *
Lookup: * not found, using *
Mandatory extension(s) not supported
Master not compatible with this *
Master passdb can't have deny=yes
Master passdb can't have pass=yes *
Master request * not found
Master requested auth for client *
Master user logging in as *
Master user login attempted to *
Missing ']' in resp-text
Missing cnonce parameter
Missing nonce parameter
Missing text in resp-text
Missing username or token
Missing username parameter
Missing value
Multiple password values not supported
Nested objects not supported
Nested sections not supported
No passdbs specified *
No password returned *
No username returned
Not a valid MD5-CRYPT or *
Not connected to database
Not performing authentication (noauthenticate set)
OAuth2 server returned failure without *
OAuth2 token missing from reply
Obsolete pass=yes setting mixed with *
Only utf-8 charset is allowed
PBKDF2 hash not 160bit hex-encoded
PLAIN-TRUNC missing length: prefix
Password data is not valid *
Password expired
Password grant failed: *
Password is not blowfish password
Password mismatch
Password mismatch *
Password query failed: *
Password query must return a *
Path is outside '*'
Policy check action '*' ignored
Policy check action is *
Policy server HTTP error: *
Policy server response JSON parse *
Policy server result was empty
Policy server result was too short
Provided token is not valid
Query *
Read auth token secret *
Reading * users took * secs
Received invalid reply from worker: *
Request * timed out after *
Request timed out waiting for *
Requested * scheme, but *
Requested unknown scheme *
SIGHUP received, * cache entries flushed
SMD5 password is too short
SSHA256 password is too short
SSHA512 password is too short
SSL handshake failed: *
SSL handshake successful
SSL handshake successful, ignoring *
Server disconnected unexpectedly: *
Server disconnected with message: *
Server sent invalid input: *
Server sent too large input *
Session pid * provided by *
Set credentials query failed: *
Shutting down
Starting SSL handshake
Support for SASL method '*' *
Support not compiled in for *
Timed out
Token audience does not include '*'
Token has no 'scope' claim; *
Token is not valid for *
Token is not valid: *
Token secret file unexpectedly shrank: *
Token validation failed: *
Transaction timed out (no free *
Unexpected '+': *
Unexpected NUL in auth data
Unexpected continuation
Unknown QoP value: *
Unknown authentication mechanism '*'
Unknown database driver '*'
Unknown key format: *
Unknown passdb driver '*'
Unknown password scheme
Unknown scheme
Unknown scheme *
Unknown section
Unknown tag in a reply: *
Unknown userdb driver '*'
User * has invalid GID '*'
User * has invalid UID '*'
User * has invalid password
User * is missing userdb info
User found from deny passdb
User query failed: *
User unknown
Username '*' did not match '*'
Username character disallowed by *
Username escaping is invalid
Username or token missing
Username+password combination too long (* bytes)
Worker is buggy
Worker process died unexpectedly
Wrong nonce
Wrote new auth token *
auth client * disconnected with *
auth client connected (pid=*)
auth client: *
auth workers: Auth request was queued *
auth-master client: *
auth-policy: Currently in log-only mode. *
auth_cache_size (*M) is higher than *
auth_cache_size value is too small *
auth_policy_hash_nonce must be set when *
auth_policy_request_attributes contains invalid value
auth_proxy_self_ips: gethostbyname(*) failed: *
auth_verbose_passwords: Invalid truncation number: '*'
auth_verbose_passwords: Invalid value
auth_worker_max_count must be above zero
authzid escaping is invalid
authzid must not exist more *
checkpassword*
client passdb out: *
cnonce can't contain empty value
cnonce must not exist more *
connect() failed: *
connect(*, *) timed out after *
crypt_blowfish_rn failed: *
crypt_gensalt_blowfish_rn failed: *
crypto_pwhash_argon2i_str failed: *
crypto_pwhash_argon2id_str failed: *
delay_until timestamp * is too *
digest_md5_generate(): username not given
dup2() failed: *
imapc: Missing LF from input line
imapc: Selected mailbox changed unexpectedly
imapc: close(literal file) failed: *
imapc: read(*) failed: *
imapc: temp_path_prefix not set, can't *
invalid OTP data in passdb
invalid OTP parameters
invalid auth_policy_hash_mech given
invalid credentials *
invalid current OTP
invalid init response, *
invalid new OTP
invalid password field
invalid password field '*'
iterate: iterate_prefix not set
ldap_*() failed: *
lib-sql: Missing bind for arg *
lib-sql: Too many bind args *
maxbuf must not exist more *
missing passwd file: *
nonce-count must not exist more *
nonce-count value invalid
nopassword set but password is non-empty
ntlm_auth reports broken helper: *
oauth2 *
oauth2: Cannot have empty active_attribute *
oauth2: Cannot have empty active_value *
oauth2: Invalid value '*' for *
oauth2: Password grant, tokeninfo, introspection *
oauth2: local_validation_key_dict is required for *
pam: Invalid requests_left value: *
pam: Unknown setting: *
pam_*() failed: *
passdb doesn't support lookups, can't *
passdb imap: Cannot verify certificate *
passdb imap: Invalid allow_invalid_cert value: *
passdb imap: Invalid port: *
passdb imap: Invalid ssl mode: *
passdb imap: Missing host parameter
passdb imap: Unknown parameter: *
passdb is missing driver
passdb passwd-file: Missing args
passdb passwd-file: Unknown setting: *
passdb passwd: Unknown setting: *
passdb shadow: Unknown setting: *
passdb_register_module(*): Already registered
passdb_unregister_module(*): Not registered
password_scheme_register(*): Already registered
password_scheme_unregister(*): Not registered
re-auth not supported currently
sql: Configuration file path not given
sql: Ignoring changed iterate_query in *
sql: Ignoring changed user_query in *
sql: Iterate query failed: *
sql: Value not uint: *
sql: Value not ullong: *
sql: connect string not set *
sql: driver not set in *
sql_driver_register(*): Already registered
unknown user *
unsupported response type
update_query is empty
user is locked, race attack?
user not authenticated: *
user not found from any userdbs
userdb_register_module(*): Already registered
userdb_unregister_module(*): Not registered
username attempted to be changed *
username changed * -> *
username must not exist more *
username not known
waiting for connection
waiting for shutdown
winbind: ntlm_auth died with signal *
winbind: ntlm_auth exited with exit *
winbind: ntlm_auth exited with status *
"""
"""What the log-in databases and mechanisms say of a request or of themselves."""

MASTER = r"""
Config reload failed: *
Corrected permissions for empty directory *
Dovecot is already running with *
Dovecot is already running? Socket *
Dovecot v* shutting down*
Dovecot v* starting up*
Duplicate service name: *
Empty PID file in *, overriding
Fatal failure
Generating Diffie-Hellman *
Ignoring invalid update from child *
Initial status notification not received *
Internal logging error
Last died with error *
Login process *
Process * is ignoring idle SIGINT
Processes aren't dying *
SIGHUP received *
Sent * to * processes*
Service #* is missing name
Service must have unix listeners
Socket already exists: *
Unknown argument: --*
Unknown service type: *
You should remove base_dir prefix *
child * (*) killed with signal *
child * (*) returned error *
command startup failed, throttling for *
config process not specified
died with status *
dup2(*, *) failed: *
dup2(dev_null_fd) failed: *
dup2(log fd) failed: *
duplicate listener: *
first_valid_gid can't be larger than last_valid_gid
first_valid_uid can't be larger than last_valid_uid
killed with signal *
listen can't be set empty
log service not specified
path must not be empty
protocols: Unknown protocol: *
returned error *
service * is lower than required under max. load *
systemd listens on port *, *
waitpid() returned unknown PID *
write(log handshake) didn't write everything
"""
"""What the process says that starts the others."""

HELPERS = r"""
* has been moved into *
* has been removed*
* has been renamed to *
* has been replaced by *
* is no longer needed*
* line *: Global setting *
ADD-USER * *: Invalid base64 input
ADD-USER: Too few parameters
ATOMIC_INC: broken input
Aborting due to error
Aborting incorrect outgoing connection to *
Adding director *
All protocols disabled
Alone in director ring - *
Anvil client input error: *
Anvil client not compatible with *
Auth did not yield required *
Auth server disconnected unexpectedly
Auth settings not supported inside *
Authentication failed
BEGIN: broken input
CONNECT: Duplicate session ID * *
CONNECT: Invalid pid * for *
CONNECT: Not enough parameters
CONNECT: Too few parameters
Client disconnected
Client input error: *
Client output buffer is full
Client sent empty line
Client sent invalid input
Client sent invalid input for *
Client sent invalid priority: *
Client sent too long line
Config client not compatible with *
Connected to *
Connecting to * (as *): *
Connecting to left
Connecting to worker socket *
Connection failed and connection attempts exhausted
Connection finished (queries=*, slow queries=*)
Connection from *: Server not *
Connection from self, dropping
Control session aborted: Input line *
Control session aborted: Invalid command
Control session aborted: Unexpected input
Control session aborted: Version mismatch
Could not find a minimum *
Could not find exporter (*) *
Creating new connection
DISCONNECT: Invalid pid
DISCONNECT: Not enough parameters
Delaying all requests until all *
Delaying new user requests until *
Director * *
Director ring handshaked
Director version is too old *
Directors have been connected, continuing *
Disconnecting from *: *
Duplicate ME
Duplicate event ID
Duplicate service name: *
END: Invalid number of parameters
Empty server list
Error in configuration file *: *
Error sending END request to *
Error sending URL request to *
Error sending USER request to *
Error sending handshake to imap-urlauth *
Event unexpectedly changed parent
Executing command *
Expected empty notify fd line
Expected empty notify fd line *
Exporter format name can't be empty
Exporter name can't be empty
Exporter transport name can't be empty
Failed during literal transfer
Fetched URLAUTH yielded empty result
Finished command *
Finished query '*' in * *
Finishing user * move timed *
Flushed all backend hosts with *
Generating SSL parameters*
Getting path failed: *
Got empty request
Handshake finished in * secs (
Handshake is missing a file descriptor
Handshake timeout
Handshaking DONE timed out
Handshaking ME timed out
Host * changed *
Host * is being updated *
Host * vhost count *
Host list is only for *
Hosts unexpectedly changed during SYNC *
IPC: '*' PID * server *
ITERATE: broken input
Ignore director * stale SYNC *
Ignoring CONNECT request to * *
Ignoring host * update vhost_count=* *
Ignoring unknown exporter include '*'
Incoming connection from director *
Indexed * messages*
Indexes disabled, skipping
Initial connection
Internal server error
Invalid *
Invalid/unmapped path
KILL: Invalid pid
KILL: Not enough parameters
LOOKUP: Not enough parameters
LOOKUP: broken input
Log connection fd * listen_fd *
Lookup failed: *
METRICS-ADD: Not enough parameters
METRICS-REMOVE: Not enough parameters
Mail search failed: *
Metric already exists
Metric name can't be empty
Missing *
Module context sql_db_cache_module missing
NOTE: *
No inet_listeners defined for director *
Not connected
Not connected to database
Not permitted to fetch URLAUTH *
Not permitted to generate URLAUTH *
Notify client not compatible with *
Obsolete pass=yes setting mixed with *
Obsolete setting in *: *
Opening failed: *
PENALTY-GET: Not enough parameters
PENALTY-INC: Invalid parameters
PENALTY-INC: Not enough parameters
PENALTY-SET-EXPIRE-SECS: Invalid parameters
Path Not Found
Peer's credentials (uid=*) do not *
Ping timed out in * *
Ping timeout
Pong timeout
Precache for UID=* failed: *
Precache-fields lookup failed: *
Query failed, aborting: *
Query failed, retrying: *
Query timed out
Received CONNECT request from * *
Received DIRECTOR update for a *
Received empty line
Received invalid input from master: *
Received invalid pid from master: *
Received master input for invalid *
Received master prefix in handshake *
Received unexpected line: *
Received unknown command from master: *
Reconnect attempt to preferred director
Reconnecting *
Rejected: *
Remote director thinks it's someone *
Remote is joining our ring *
Remote sent invalid protocol data *
Removing director *
Removing from ring
Replacing left director connection * *
Replacing right director connection * *
Replacing with new incoming connection
Replicator *
Resolve failed: *
Right side connection is unexpectedly *
Right side connection lost
Ring *
SSL parameters regeneration completed*
Section not allowed here
Sending handshake timed out
Server shutting down.
Service #* is missing name
Service is not responding
Session * (user *, service *
Session aborted: Failed to expand *
Session aborted: Failed to lookup user
Session aborted: Fatal failure while *
Session aborted: Input line too long
Session aborted: URLAUTH not configured
Session aborted: Unexpected input
Session closed for inactivity in *
Shutting down
Shutting down logging for '*' *
Shutting down while * doveadm *
Stats client input error: *
Stats submit(*) failed: endpoint timeout *
Status lookup failed: *
Syncing failed: *
TIMESTAMP: broken input
This connection is dead?
Timed out
Too long input line
Transaction ID * already exists
Transaction commit failed: *
Transaction timed out (no free *
UNSET: broken input
URL: Missing URL parameter
USER: Invalid number of parameters
Unexpected *
Unhibernation failed: * - retrying
Unknown *
Unsupported URLAUTH mechanism: *
Unwanted incoming connection
User * is no longer *
User * kill finished - *state=*
User * kill_state=* - ignoring USER-KILLED
User * kill_state=* - ignoring USER-KILLED-EVERYWHERE
User * lookup failed: *
User * move forwarded: host *
User * move restarted - *
User * no longer exists *
User * weakness appears to *
User hash * is being *
Value is missing '$' for *
Version mismatch
Waiting for handshake
We have no right connection *
Worker disconnected unexpectedly
Worker finished with unknown response
Worker handshake failed
Worker sent invalid process limit '*'
Worker sent invalid progress '*'
Worker sent too large input
Wrong CONNECT requested
Wrong parameter count
Wrong protocol in socket (* *
You should remove base_dir prefix *
Your message to <%t> was *
added timeout to * (hosts_hash=*)
auth sent invalid lip field: *
auth sent invalid lport field: *
auth sent invalid port field: *
auth_cache_size value is too small *
auth_cache_size value no longer defaults *
auth_count has been removed
auth_count has been removed, and *
auth_policy_hash_nonce must be set when *
auth_proxy_self_ips: gethostbyname(*) failed: *
auth_verbose_passwords: Invalid truncation number: '*'
auth_verbose_passwords: Invalid value
auth_worker_max_count must be above zero
authreply client sent invalid handshake: *
connect limit hash tables are inconsistent
connect limit: disconnection for unknown *
director: Assuming * is dead, disconnecting
director: Couldn't connect to right *
director: User * host lookup *
director_user_expire is too low
doveadm not compatible with this *
doveadm sent empty command line
doveadm sent invalid * parameters
doveadm sent invalid * parameters: *
doveadm sent invalid DIRECTOR-ADD parameters
doveadm sent invalid DIRECTOR-REMOVE parameters
doveadm sent invalid HOST-FLUSH parameters
doveadm sent invalid HOST-REMOVE parameters
doveadm sent invalid HOST-RESET-USERS ip: *
doveadm sent invalid HOST-RESET-USERS parameters
doveadm sent invalid USER-KICK parameters
doveadm sent invalid USER-KICK-ALT parameters
doveadm sent invalid USER-LIST parameters
doveadm sent invalid USER-MOVE parameters
doveadm sent unknown command: *
dsync(*): *
dsync_alt_char must not be empty
dsync_features: Unknown feature: *
dsync_hashed_headers must not be empty
dup2(fd_read  log fd, stderr) *
duplicate listener: *
failed to find a matching *
fd_read() returned invalid byte 0x*
first_valid_gid can't be larger than last_valid_gid
first_valid_uid can't be larger than last_valid_uid
gethostbyname(*) took * seconds
group_by 'discrete' aggregate function does *
group_by 'exponential' aggregate function base *
handshaking -
imap-urlauth*: *
imap_client_workarounds: Unknown workaround: *
imap_client_workarounds=netscape-eoh is no longer supported
imap_client_workarounds=outlook-idle is no longer necessary
imap_urlauth_host setting is not configured *
imapc_features: Invalid throttle settings
imapc_features: Unknown feature: *
imapc_max_idle_time must not be 0
indexer-worker must be configured with client_limit=1
invalid auth_policy_hash_mech given
lib-sql: Missing bind for arg *
lib-sql: Too many bind args *
listen can't be set empty
listing users failed, can't replicate *
lmtp_client_workarounds: Unknown workaround: *
login process sent unexpected reply *
mail_attachment_detection_options: Unknown option: *
mail_attachment_hash setting must not contain *
mail_cache_max_size can't be over 1 GB
mail_cache_purge_delete_percentage can't be over 100
mail_plugin_dir: access(*) failed: *
mailbox *: unknown special_use: *
mailbox_idle_check_interval must not be 0
notify client sent invalid input: *
notify client sent invalid priority: *
notify client sent invalid sync *
notify client sent unknown command: *
notify: User * refreshed too *
notify: read() failed: *
notify: read() unexpectedly returned EOF
openmetrics: write(*) failed: *
passdb is missing driver
path must not be empty
please set ssl_dh=*
pop3_client_workarounds: Unknown workaround: *
pop3_delete_type: Unknown value '*'
pop3_delete_type=flag, but pop3_deleted_flag not set
pop3c_features: Unknown feature: *
protocols: Unknown protocol: *
protocols=managesieve has been renamed to protocols=sieve
refreshed timeout to *
replication(*): Invalid replication_sync_timeout value: *
replication(*): Remote sent invalid input: *
replication(*): Sync failure: *
replication: No mail_replica setting - *
replication: We're running dsync - *
replicator: *
replicator_host: gethostbyname(*) failed: *
ring not handshaked
ring not synced
setting parser: Invalid type_offset value
sql dict atomic inc: Invalid/unmapped *
sql dict iterate failed for *
sql dict lookup: Failed to *
sql dict lookup: Invalid/unmapped key: *
sql dict set: Invalid/unmapped key: *
sql dict: commit failed: *
sql: Value not uint: *
sql: Value not ullong: *
sql_driver_register(*): Already registered
ssl enabled, but ssl_dh not set
stats process appears to have *
stats: openmetrics: Metric `*' is *
stats_submit: Cannot parse endpoint '*'
submission_client_workarounds: Unknown workaround: *
tab-text format does not have *
unknown aggregation function '*' on *
unknown group-by function *
urlauth key reset: Couldn't iterate *
urlauth key reset: Couldn't open *
user refresh: * Remote USER-WEAK *
user refresh: * has expired *
user refresh: * ignored timestamp *
user refresh: * is being *
user refresh: * is nearly *
user refresh: * weak update *
waiting for handshake
waiting for kill to finish
"""
"""What the helpers say: anvil, config, dict, director, indexer, log, replicator, stats and so on."""

SESSIONS = r"""
Aborted*
Authentication failed: *
Authentication timed out after * seconds
Client has not read server *
Client state initialization failed
Connection failed and connection attempts exhausted
Connection lost*
Control characters not allowed in *
Default rule can't be a percentage
Default settings not found for *
Error parsing input: *
Error seeking back to original *
Error seeking to end of mbox
Error sending END request to *
Error sending URL request to *
Error sending USER request to *
Error sending handshake to imap-urlauth *
Execution of script * failed*
Execution of script * was *
Expunged GUID mismatch for UID *
FETCH: Mailbox name not UTF-8: *
Fetched URLAUTH *
File is already open
File is corrupted
File size changed - retrying
File too small
Filesystem notifications not supported
Getting size of message UID=* failed
Home dir not found: *
Home directory not set for *
ID sent: *
Ignoring * userdb setting. '+' *
Ignoring overridden (-o) userdb setting: *
Ignoring unknown cache field: *
Input line too long
Input stream * unexpectedly has references
Internal mailbox attributes cannot be accessed
Internal mailbox synchronization failure, showing *
Invalid *
Keyword extension growing failed
Keyword length too long
Keyword update corrupted keywords header
LIST: Mailbox name not UTF-8: *
LIST: Namespace prefix not UTF-8: *
List rebuild: Couldn't create mailbox *
List rebuild: Couldn't delete duplicate *
List rebuild: Couldn't force resync *
List rebuild: Couldn't lookup mailbox *
List rebuild: Couldn't open recovered *
List rebuild: Duplicated mailbox GUID *
List rebuild: Failed to create *
List rebuild: Failed to iterate *
List rebuild: fs_iter_deinit(*) failed: *
Listing mails in * failed: *
Locking transaction log file * *
Log already closed
Log inode is unchanged
Log is in memory
Log is locked - newer *
Log refresh with NFS flush *
Lost log for seq=* offset=*: *
Mail is already expunged
Mail storage autodetection failed with home=*
Mail storage root can't be deleted.
Maildir *: Ignoring a file *
Maildir *: Synchronization took * *
Maildir filename has wrong * *
Maildir record is expunged
Maildir record is missing
Maildir: Corrupted dovecot-uidlist: UID had *
Maildir: Found unwanted directory *, *
Maildir: Found unwanted directory, but *
Maildir: Scanning * took * *
Maildir: rmdir()ed unwanted empty directory: *
Message GUID not available in *
Message body offset lookup failed
Message has been copied too *
Message is missing GUID
Message not found
Message part not found
Message unexpectedly expunged from index
Message was expunged unexpectedly
MessageNew and MessageExpunge must be together
Module context cache_mail_index_transaction_module missing
Module context imap_sieve_mail_module missing
Module context imap_sieve_storage_module missing
Module context imap_sieve_user_module missing
Module context index_list_storage_module missing
Module context index_storage_module missing
Module context mail_storage_mail_index_module missing
Module context mail_thread_storage_module missing
Module context mailbox_list_index_module missing
Module context mbox_mailbox_list_module missing
Module context quota_mail_module missing
Module context quota_storage_module missing
Module context quota_user_module missing
Next message unexpectedly corrupted in *
Next message unexpectedly lost from *
Non-IDLE connections not supported currently
Not permitted to fetch URLAUTH *
Not permitted to generate URLAUTH *
Opening INBOX failed: *
POP3 UIDLs couldn't be listed
Purging unexpectedly lost map_uid=*
Quota * lookup failed -can't *
Quota exceeded (mailbox for user *
Quota rule: root=* mailbox=* ignored
Quota transaction has failed earlier
Quota update failed: * - *
Record alignment is too large
Record field alignment * not used
Record field alignment is zero
Record size is too large
Record size not aligned by *
Renamed * keywords to unknown-*
Reopening mailbox '*' failed: *
Requested allocation size * exceeds *
Requested sort would have taken *
Root mail directory is a *
Root mail directory not given
Script `*' is missing for *
Selected mailbox was deleted, have *
Server attribute /shared/imapsieve/script not found
Server disconnected unexpectedly: *
Server disconnected with message: *
Server sent too large input *
Server shutting down*
Some of the requested messages *
Storage driver '*' exists as *
Storage error during logout.
Storage record is expunged
Storage record is missing
Storage root can't be deleted
Successfully hibernated imap client *
Synchronization corrupted index header *: *
Syncing INBOX failed: *
Time just moved backwards by *
Too big partial end
Too big partial start
Too long argument.
Too many *
Too much data in LIST: *
UIDL: Failed to expand pop3_uidl_format=*: *
UIDL: File name lookup failed: *
UIDL: File name not found *
UIDL: Header MD5 lookup failed: *
UIDL: Header MD5 not found *
UIDL: Message GUID lookup failed: *
UIDL: Message GUID not found *
UIDLs not supported by server
URLFETCH: Canceling command; aborting URLAUTH *
Unexpected ')'
Unexpected '+': *
Unexpected (
Unexpected EOF while reading metadata header
Unexpected ESEARCH reply
Unexpected POP3 stream name: *
Unexpected SEARCH reply
Unexpected data after '>'
Unexpected data after ']'
Unexpected garbage at EOF
Unexpected search_args type *
Unexpected string as search key: *
Unexpected transaction log desync with *
Unexpectedly lost * uid=* map_uid=*
Unexpectedly lost From-line at offset *
Unexpectedly lost From-line from mbox *
Unhibernat*
Unknown imap_fetch_failure: *
Unknown state block '*'
User * doesn't have home *
User is missing GID (see *
User is missing UID (see *
User session is finished
imap-master: *
quota: *
"""
"""What a reader's session says of itself, its mailboxes and its quota."""

TOOLS = r"""
All your namespaces have a *
BZ2_bzCompress() failed with *
BZ2_bzCompressInit() failed with *
BZ2_bzDecompress() failed with *
BZ2_bzDecompressInit() failed with *
CRC32 mismatch
Cache flush failed
Cache is unusable
Client disconnected
Command * failed
Command ID must be a string
Command must be a JSON array
Command name must be a string
Committing * mails failed: *
Committing copied mails to * *
Committing mailbox * failed: *
Connected to * port *.
Copying box=* uid=* failed: *
Delayed *
Deleting *
Directory rename branch not found
Disconnected*
Doveadm server sent invalid log *
Dovecot is *
Duplicate mailbox GUID * for *
Empty PID file in *
Empty file
Empty headers found with workaround *
Empty name
Error fetching header stream
Error writing output in command *
Error, invalid parameters
Executing command *
Exporting *
Expunged *
Failed: *
Finished command *
Forcing a resync on mailbox *
GUIDs not supported, can't verify expunge
Header missing required field *
Host * lookup failed: *
Ignoring *
Import *
Importing *
Incremental sync failed: *
Input stream missing (provide with *
Input too small
Instance already didn't exist
Internal server error
Invalid *
Key must begin with 'priv/' *
LIST-FULL failed: *
Listing mailboxes failed: *
Lookup of host * failed: *
Mail search failed: *
Mail's UID is above local UIDNEXT
Missing *
Modseq * no longer in *
Multiple network masks not supported
Multiple username masks not supported
Not found
Opening *
Parameter `*' is duplicated
Parameter `*' must be string *
Parameters must be contained in *
Path Not Found
Port not known for *. *
Private modseq * no longer *
Purging namespace '*' failed: *
Read invalid penalty line: *
Remote command died with signal *
Remote command failed with status *
Remote command process isn't dying, *
Remote command returned error *
Remote didn't handshake deserializer for *
Remote dsync failed: *
Remote lost mailbox GUID * *
Remote requested unexpected GUID *
Remote sent duplicate mailbox GUID *
Remote sent invalid handshake for *
Remote sent mailbox with a *
Renaming *
Replicator disconnected unexpectedly
Replicator failed: *
Request must be a JSON array
Save transaction commit failed: *
Saved sync state is invalid, *
Searching mailbox * failed: *
Server accepted unsupported compression mechanism
Server disconnected
Status field * can't be *
Synced *
Syncing *
This is Dovecot's
This is Dovecot's * log (*)
Timed out in * secs
Unable *
Unexpected *
Unknown *
Unsubscribing mailbox '*' failed: *
Unsupported authentication scheme to HTTP *
Unsupported dbox file version *
Unsupported xz options
Use the '-f' option to *
User doesn't exist
User is already being moved, *
User lookup failed: *
User no longer exists, skipping
Value changed, but unknown which *
Wrong bzlib library version (broken compilation)
Wrong zlib library version (broken compilation)
connect(*) failed: *
"""
"""What the administrator's programs and replication say."""
