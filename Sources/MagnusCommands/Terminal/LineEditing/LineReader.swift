import Glibc

/// The loop behind a ``LineEditor``: waits for bytes and signals, feeds the pure parts, writes what they want seen.
struct LineReader: Sendable {
    private enum Wait {
        case bytes([UInt8])
        case events([WakePipe.Event])
        case timedOut
        case ended
    }

    private let connection: LineEditor.Connection
    /// Bytes read but not used yet.
    private var pending: ArraySlice<UInt8> = []
    private var decoder = KeyDecoder()
    private var hasEnded = false
    /// Whether the prompt already stands again when the signal that continued the process is reported.
    private var expectsContinue = false

    /// A reader that has read nothing yet.
    init(connection: LineEditor.Connection) {
        self.connection = connection
    }

    /// Reads one line, blocking the thread.
    mutating func readLine(prompt: StyledText, state: LineState, wake: WakePipe) -> LineEditorResult {
        if connection.isInteractive, let rawMode = RawMode.begin(connection.input) {
            return edit(prompt: prompt, initial: state, wake: wake, rawMode: rawMode)
        }
        return readPlainly(prompt: prompt, wake: wake)
    }

    private mutating func readPlainly(prompt: StyledText, wake: WakePipe) -> LineEditorResult {
        if connection.showsPlainPrompt { write(prompt.rendered(usesColour: connection.usesColour)) }
        // How much of `pending` is known to hold no line break.
        var searched = 0
        while true {
            if let end = pending.dropFirst(searched).firstIndex(of: 0x0A) {
                let line = pending[..<end]
                pending = pending[(end + 1)...]
                return .line(LineReader.text(line))
            }
            searched = pending.count
            if hasEnded {
                defer { pending = [] }
                return pending.isEmpty ? .endOfInput : .line(LineReader.text(pending))
            }
            switch wait(wake, milliseconds: -1) {
            case .bytes(let bytes): pending += bytes
            case .events(let events): if events.contains(.cancelled) { return .interrupted }
            case .timedOut: break
            case .ended: hasEnded = true
            }
        }
    }

    /// The text of a line; damaged bytes become U+FFFD, a carriage return before the line break goes.
    private static func text(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }

    private mutating func edit(
        prompt: StyledText,
        initial: LineState,
        wake: WakePipe,
        rawMode: borrowing RawMode
    ) -> LineEditorResult {
        let signals = [SIGINT, SIGWINCH, SIGCONT, SIGTSTP] + connection.endingSignals
        let watch = SignalWatch(signals) { wake.send(.signal($0)) }
        var screen = PromptScreen(connection: connection, prompt: prompt)
        var state = initial
        screen.begin()
        screen.show(state)
        let result = withExtendedLifetime(watch) { () -> LineEditorResult in
            while true {
                if let result = useKeys(&state, &screen, rawMode, initial: initial) { return result }
                let isWaiting = decoder.isWaiting
                switch wait(wake, milliseconds: isWaiting ? connection.escapeMilliseconds : -1) {
                case .bytes(let bytes): pending += bytes
                case .timedOut:
                    for key in decoder.timeOut() {
                        if let result = use(key, &state, &screen, rawMode, initial: initial) { return result }
                    }
                case .ended:
                    hasEnded = true
                    return .endOfInput
                case .events(let events):
                    for event in events {
                        if let result = use(event, &state, &screen, rawMode, initial: initial) { return result }
                    }
                }
            }
        }
        screen.end(state)
        return result
    }

    /// Uses the pending bytes up to the end of a line.
    private mutating func useKeys(
        _ state: inout LineState,
        _ screen: inout PromptScreen,
        _ rawMode: borrowing RawMode,
        initial: LineState
    ) -> LineEditorResult? {
        guard !pending.isEmpty else { return nil }
        while let byte = pending.popFirst() {
            for key in decoder.decode(byte) {
                if let result = use(key, &state, &screen, rawMode, initial: initial) { return result }
            }
        }
        screen.show(state)
        return nil
    }

    private mutating func use(
        _ key: KeyPress,
        _ state: inout LineState,
        _ screen: inout PromptScreen,
        _ rawMode: borrowing RawMode,
        initial: LineState
    ) -> LineEditorResult? {
        let before = state
        switch state.apply(key) {
        case .redraw:
            // Bytes that arrived together are shown together.
            if pending.isEmpty { screen.show(state) }
        case .submit(let line): return .line(line)
        case .interrupted: return .interrupted
        case .endOfInput: return .endOfInput
        case .abandoned:
            screen.abandon(before)
            state = initial
            screen.show(state)
        case .clearScreen:
            screen.clear()
            screen.show(state)
        case .suspend: suspend(SIGTSTP, state, &screen, rawMode)
        case .bell: screen.ring()
        }
        return nil
    }

    private mutating func use(
        _ event: WakePipe.Event,
        _ state: inout LineState,
        _ screen: inout PromptScreen,
        _ rawMode: borrowing RawMode,
        initial: LineState
    ) -> LineEditorResult? {
        switch event {
        case .cancelled: return .interrupted
        case .signal(SIGINT): return use(.control("c"), &state, &screen, rawMode, initial: initial)
        case .signal(SIGWINCH): screen.show(state)
        case .signal(SIGCONT):
            // A shell that continued the process may have changed the terminal and moved the cursor.
            rawMode.resume()
            if !expectsContinue {
                screen.forget()
                screen.begin()
                screen.show(state)
            }
            expectsContinue = false
        case .signal(let signal): suspend(signal, state, &screen, rawMode)
        }
        return nil
    }

    /// Gives the terminal back while the process is stopped, or for good if the signal ends it.
    private mutating func suspend(
        _ signal: Int32,
        _ state: LineState,
        _ screen: inout PromptScreen,
        _ rawMode: borrowing RawMode
    ) {
        screen.end(state)
        rawMode.restore()
        connection.takeDefaultAction(signal)
        expectsContinue = signal == SIGTSTP
        rawMode.resume()
        screen.begin()
        screen.show(state)
    }

    private func wait(_ wake: WakePipe, milliseconds: Int32) -> Wait {
        var requests = [
            pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: connection.input, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = poll(&requests, nfds_t(requests.count), milliseconds)
            if count == 0 { return .timedOut }
            if count < 0 {
                if errno == EINTR { continue }
                return .ended
            }
            if requests[0].revents != 0 { return .events(wake.received()) }
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let taken = read(connection.input, &bytes, bytes.count)
            if taken > 0 { return .bytes(Array(bytes.prefix(taken))) }
            if taken == 0 || (errno != EINTR && errno != EAGAIN) { return .ended }
        }
    }

    private func write(_ text: String) {
        PromptScreen.write(text, to: connection.output)
    }
}
