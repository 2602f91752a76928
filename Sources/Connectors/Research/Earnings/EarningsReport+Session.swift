extension EarningsReport.Session {
    /// When in the day, as sources write it: `bmo`, `Post-market`, `after_close`, `16:05`; unknown for anything else.
    init(written text: String) {
        let word = text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == ":" }
        switch word {
        case "bmo", "premarket", "beforeopen", "beforemarketopen", "beforemarket", "am", "morning": self = .beforeOpen
        case "amc", "postmarket", "afterclose", "aftermarketclose", "aftermarket", "afterhours", "pm", "evening":
            self = .afterClose
        case "dmh", "duringsession", "duringmarkethours", "duringmarket", "intraday": self = .duringSession
        default: self = Self.session(atTime: word) ?? .unknown
        }
    }

    /// The session that a time of day in New York lies in, `HH:MM` with or without seconds.
    private static func session(atTime text: String) -> EarningsReport.Session? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = Int(parts[0]), let minute = Int(parts[1]),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        let time = hour * 60 + minute
        // Midnight stands for a time that is not known.
        if time == 0 { return .unknown }
        return time < 9 * 60 + 30 ? .beforeOpen : time >= 16 * 60 ? .afterClose : .duringSession
    }
}
