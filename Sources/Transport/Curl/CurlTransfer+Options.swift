import CCurl
import CCurlShim
import Foundation

extension CurlTransfer {
    /// Sets every option; the first that curl refuses ends it.
    func configure() -> CURLcode {
        let options = [address, security, method, header, callbacks]
        for option in options {
            let result = option()
            if result != CURLE_OK { return result }
        }
        return CURLE_OK
    }

    private func address() -> CURLcode {
        let proxies = order.options.proxies
        return set([
            (CURLOPT_URL, order.address.text),
            (CURLOPT_PROTOCOLS_STR, "http,https"),
            // Set even where there is none: otherwise curl looks into the process's environment.
            (CURLOPT_PROXY, proxy ?? ""),
            (CURLOPT_NOPROXY, proxies.excluded ?? ""),
            (CURLOPT_USERAGENT, order.options.userAgent),
            // All that curl was built with: gzip, deflate, br, zstd.
            (CURLOPT_ACCEPT_ENCODING, ""),
        ])
        .and {
            set([
                // No signals: they would hit any thread.
                (CURLOPT_NOSIGNAL, 1),
                // A lookup that was given up is left to its thread; without it, cancelling would wait for it.
                (CURLOPT_QUICK_EXIT, 1),
                (CURLOPT_CONNECTTIMEOUT_MS, connectMilliseconds),
                (CURLOPT_FOLLOWLOCATION, 0),
                (CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS),
                (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
                // The header fields are for the server and not for the proxy.
                (CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE)),
                (CURLOPT_TCP_KEEPALIVE, 1),
            ])
        }
    }

    /// Curl spreads this over the host's addresses; without it, its limit would be 300 s.
    private var connectMilliseconds: Int {
        guard let connect = order.request.timeouts.connect else { return Int(Int32.max) }
        return max(1, Int(clamping: Int64(min(connect, .seconds(2_000_000)) / .milliseconds(1))))
    }

    private func security() -> CURLcode {
        set([
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_PROXY_SSL_VERIFYPEER, 1),
            (CURLOPT_PROXY_SSL_VERIFYHOST, 2), (CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2),
        ])
        .and {
            guard let file = order.options.certificateFile else { return CURLE_OK }
            return set([(CURLOPT_CAINFO, file), (CURLOPT_PROXY_CAINFO, file)])
        }
    }

    private func method() -> CURLcode {
        let request = order.request
        if request.method == .head, request.body == nil { return ccurl_setopt_long(handle, CURLOPT_NOBODY, 1) }
        let sendsBody = request.body != nil || [.post, .put, .patch].contains(request.method)
        guard sendsBody else {
            return request.method == .get ? CURLE_OK : set([(CURLOPT_CUSTOMREQUEST, request.method.rawValue)])
        }
        let body = request.body ?? Data()
        return ccurl_setopt_long(handle, CURLOPT_POST, 1)
            .and { ccurl_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)) }
            .and {
                // Curl copies as many bytes as were announced just before; no pointer of ours is kept.
                body.withUnsafeBytes { bytes in
                    var nothing: UInt8 = 0
                    return withUnsafeMutablePointer(to: &nothing) { empty in
                        let start =
                            UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(empty)
                        return ccurl_setopt_pointer(handle, CURLOPT_COPYPOSTFIELDS, start)
                    }
                }
            }
            .and { set([(CURLOPT_CUSTOMREQUEST, request.method.rawValue)]) }
    }

    private func header() -> CURLcode {
        let headers = order.request.headers
        // `Expect: 100-continue` costs a second with servers that do not know it; and curl would call every body a form.
        var lines = ["Expect:"]
        if headers["Content-Type"] == nil { lines.append("Content-Type:") }
        // The length is what is sent: another one would split the request in two.
        for field in headers.fields where !["content-length", "transfer-encoding"].contains(field.name.lowercased()) {
            lines.append(field.value.isEmpty ? field.name + ";" : field.name + ": " + field.value)
        }
        for line in lines {
            // Curl copies the line. The list is ours until `release`, as curl asks.
            guard let longer = ccurl_slist_append(fields, line) else { return CURLE_OUT_OF_MEMORY }
            fields = longer
        }
        return ccurl_setopt_list(handle, CURLOPT_HTTPHEADER, fields)
    }

    private func callbacks() -> CURLcode {
        // Not retained: the network thread keeps the transfer until `release`, and no callback comes after that.
        let context = Unmanaged.passUnretained(self).toOpaque()
        let takeBody: ccurl_bytes_callback = { bytes, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            // Valid during the call only; the buffer copies them.
            switch transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) {
            case .all: return size * count
            case .holdBack: return Int(CURL_WRITEFUNC_PAUSE)
            case .breakOff: return Int(CURL_WRITEFUNC_ERROR)
            }
        }
        let takeLine: ccurl_bytes_callback = { bytes, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            let isTaken = transfer.take(line: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return isTaken ? size * count : Int(CURL_WRITEFUNC_ERROR)
        }
        let isReady: ccurl_ready_callback = { context, _, _, _, _ in
            guard let context else { return CURL_PREREQFUNC_ABORT }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.isReady() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        return ccurl_setopt_bytes_callback(handle, CURLOPT_WRITEFUNCTION, takeBody)
            .and { ccurl_setopt_pointer(handle, CURLOPT_WRITEDATA, context) }
            .and { ccurl_setopt_bytes_callback(handle, CURLOPT_HEADERFUNCTION, takeLine) }
            .and { ccurl_setopt_pointer(handle, CURLOPT_HEADERDATA, context) }
            .and { ccurl_setopt_ready_callback(handle, isReady) }
            .and { ccurl_setopt_pointer(handle, CURLOPT_PREREQDATA, context) }
            .and { ccurl_setopt_close_on_exec(handle) }
    }

    /// Curl copies every text.
    private func set(_ texts: [(option: CURLoption, value: String)]) -> CURLcode {
        texts.lazy.map { ccurl_setopt_string(self.handle, $0.option, $0.value) }.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func set(_ numbers: [(option: CURLoption, value: Int)]) -> CURLcode {
        numbers.lazy.map { ccurl_setopt_long(self.handle, $0.option, $0.value) }.first { $0 != CURLE_OK } ?? CURLE_OK
    }
}

extension CURLcode {
    /// The next step's result, where this one went well.
    fileprivate func and(_ next: () -> CURLcode) -> CURLcode {
        self == CURLE_OK ? next() : self
    }
}
