#ifndef MAGNUS_CCURLSHIM_H
#define MAGNUS_CCURLSHIM_H

#include <curl/curl.h>

// curl_easy_setopt and its kin take a variable argument list, which Swift cannot call: one entry for each type of argument.

CURLcode ccurl_setopt_long(CURL *handle, CURLoption option, long value);

#endif
