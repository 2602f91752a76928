// A server of chat completions that costs next to nothing: every reply is made of bytes that were ready before.
//
// POST /TOKENS/PAUSE/chat/completions streams TOKENS tokens, with PAUSE microseconds before each but the first; without a
// pause they are sent as fast as they are read, many in a packet. The port is printed on the first line.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK(text) "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"m\"," text "}\n\n"

static const char head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
static const char begin[] =
    CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null");
static const char token[] =
    CHUNK("\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null");
static const char end[] =
    CHUNK("\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null")
    CHUNK("\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":9,\"total_tokens\":18}") "data: [DONE]\n\n";

static int append(char *buffer, int length, const char *text, int size) {
    length += sprintf(buffer + length, "%x\r\n", size);
    memcpy(buffer + length, text, size);
    memcpy(buffer + length + size, "\r\n", 2);
    return length + size + 2;
}

static int send_all(int client, const char *bytes, int length) {
    while (length > 0) {
        ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        bytes += sent;
        length -= (int)sent;
    }
    return 1;
}

static int reply(int client, long tokens, long pause) {
    static const int room = 65536;
    char buffer[65536 + 2048];
    int length = (int)sizeof head - 1;
    memcpy(buffer, head, length);
    length = append(buffer, length, begin, (int)sizeof begin - 1);
    for (long index = 0; index < tokens; index++) {
        if (pause > 0 && index > 0) {
            struct timespec wait = {pause / 1000000, pause % 1000000 * 1000};
            nanosleep(&wait, NULL);
        }
        length = append(buffer, length, token, (int)sizeof token - 1);
        if (pause > 0 || length > room - 512) {
            if (!send_all(client, buffer, length)) return 0;
            length = 0;
        }
    }
    length = append(buffer, length, end, (int)sizeof end - 1);
    memcpy(buffer + length, "0\r\n\r\n", 5);
    return send_all(client, buffer, length + 5);
}

static void *serve(void *argument) {
    int client = (int)(long)argument;
    char request[65536];
    size_t have = 0;
    while (1) {
        request[have] = 0;
        char *body = strstr(request, "\r\n\r\n");
        size_t whole = 0;
        if (body) {
            char *field = strcasestr(request, "\r\ncontent-length:");
            whole = (size_t)(body + 4 - request) + (field && field < body ? strtoul(field + 17, NULL, 10) : 0);
        }
        if (!body || have < whole) {
            if (have + 1 >= sizeof request) break;
            ssize_t count = recv(client, request + have, sizeof request - 1 - have, 0);
            if (count <= 0) break;
            have += (size_t)count;
            continue;
        }
        long tokens = 0, pause = 0;
        if (sscanf(request, "POST /%ld/%ld/", &tokens, &pause) != 2 || !reply(client, tokens, pause)) break;
        memmove(request, request + whole, have - whole);
        have -= whole;
    }
    close(client);
    return NULL;
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1024)
        || getsockname(listener, (struct sockaddr *)&address, &length)) {
        perror("StreamServer");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 262144);
    while (1) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        pthread_t thread;
        if (pthread_create(&thread, &attributes, serve, (void *)(long)client)) close(client);
    }
}
