/**
 * A self-signed certificate for `localhost` and 127.0.0.1, and its key. Clients trust it only if it is among their CAs.
 * It was made for the tests and protects nothing.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFeqTE8oSs2FVpaBC
1zac7Lrbu/fzGWZGM11onilE+zGhRANCAARNaf6zJQkxQ42O76O74n/tyfX7q1zR
LnqOS6gHRfWiLxBRakiyE9SVMVI4EDg03IorD1bHyaH9iqAdPkB0zuwN
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjExOTEyMzEyMzU5NTlaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE1p/rMlCTFDjY7v
o7vif+3J9furXNEueo5LqAdF9aIvEFFqSLIT1JUxUjgQODTciisPVsfJof2KoB0+
QHTO7A2jTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBT1tszEBuD7eZtXz6mPlIAQBm0+GzAKBggqhkjOPQQD
AgNIADBFAiBtpIWjz1ZuG5Qszoq7LeyN9veRhuzACtS71sIQUsrjGwIhAOpDSXkd
mNM+lq7g/x6s4A3XfDN3iocyV3gVQGJ2Wu/4
-----END CERTIFICATE-----
`,
};
