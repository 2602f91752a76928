import Foundation

/// Spans of time in words.
enum Age {
    /// `8 s`, `14 min`, `2 h 5 min`, `3 days`.
    static func words(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "a long time" }
        let whole = max(0, Int(seconds.rounded(.up)))
        switch whole {
        case ..<90: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min"
        case ..<172_800:
            let minutes = whole % 3_600 / 60
            return "\(whole / 3_600) h" + (minutes == 0 ? "" : " \(minutes) min")
        default: return "\(whole / 86_400) days"
        }
    }
}

extension Duration {
    /// The span in seconds.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
