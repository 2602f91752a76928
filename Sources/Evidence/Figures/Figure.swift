public import Foundation
public import Markets

/// A figure found in a text: what it is written as, where, and what it claims.
public struct Figure: Hashable, Sendable {
    /// What a figure can be.
    public enum Kind: Hashable, Sendable {
        /// A value; several readings where the writing allows them: `11/20` is a date or a part.
        case value([Reading])
        /// A mark that points to a source: `[1]`, `[P1.3]`; without the brackets.
        case citation(String)
        /// Digits inside a name: `S&P 500`, `10-K`, an evidence id, a document.
        case name
        /// The number of a list item at the start of a line.
        case enumerator(Int)
        /// Digits that no reader and no machine can be sure of, and why.
        case unreadable(String)
    }

    /// One way to read a figure.
    public enum Reading: Hashable, Sendable {
        /// A number with its unit and precision.
        case quantity(Quantity)
        /// A date or a part of one.
        case date(DateClaim)
        /// A time of day.
        case time(TimeClaim)
        /// An option contract, or as much of one as is written.
        case contract(ContractClaim)
    }

    /// The figure as written, with its sign, currency, percent sign and suffix.
    public var text: String
    /// Where it stands: offsets in the UTF-8 of the text.
    public var range: Range<Int>
    /// What it is.
    public var kind: Kind

    /// A figure with all its values.
    public init(text: String, range: Range<Int>, kind: Kind) {
        self.text = text
        self.range = range
        self.kind = kind
    }
}

extension Figure {
    /// What its first reading measures; nil where that is no number.
    var measure: Quantity.Measure? {
        guard case .value(let readings) = kind, case .quantity(let quantity) = readings.first else { return nil }
        return quantity.measure
    }

    /// A number as it is claimed: any true value within `slack` of it would be written the same way.
    public struct Quantity: Hashable, Sendable {
        /// What the writing says the number measures.
        public enum Measure: String, Hashable, Sendable, CaseIterable {
            /// Nothing is said.
            case bare
            /// US dollars.
            case dollars
            /// Percent or basis points; the value is the fraction: 25 % is 0.25.
            case fraction
            /// `2.5x`.
            case multiple
            /// Shares.
            case shares
            /// Option contracts.
            case contracts
            /// Calendar days; weeks are read as seven days each.
            case days
            /// A number of things the noun names: `4 positions`.
            case count
            /// `3rd`.
            case ordinal
            /// Months, years, hours: nothing a fact is measured in.
            case span
        }

        /// The sign as written.
        public enum Sign: Hashable, Sendable {
            /// No sign.
            case none
            /// `+`.
            case plus
            /// A minus of any kind, or the word.
            case minus
            /// In brackets, as accountants write what is below zero, or as an aside.
            case bracketed
        }

        /// The number without its sign, in its unit: 27.5% is 0.275, $4.5M is 4500000.
        public var magnitude: Decimal
        /// Half a unit of the last digit written: 0.0005 for 27.5%.
        public var slack: Decimal
        /// What it measures.
        public var measure: Measure
        /// Its sign as written.
        public var sign: Sign
        /// The noun it counts, in the singular, where there is one: `position`.
        public var noun: String?

        /// A quantity with all its values.
        public init(magnitude: Decimal, slack: Decimal, measure: Measure, sign: Sign = .none, noun: String? = nil) {
            self.magnitude = magnitude
            self.slack = slack
            self.measure = measure
            self.sign = sign
            self.noun = noun
        }

        /// The number with its sign; brackets are read as a minus.
        public var value: Decimal {
            sign == .minus || sign == .bracketed ? -magnitude : magnitude
        }
    }

    /// A date as far as it is written. At least one of year, month, day and `relative` is given.
    public struct DateClaim: Hashable, Sendable {
        /// A date that depends on the day of the answer.
        public enum Relative: Hashable, Sendable {
            /// A day of the week, 1 for Monday to 7 for Sunday.
            case weekday(Int, Week)
            /// Calendar days from the day of the answer: 1 for tomorrow.
            case days(Int)
        }

        /// Which week's day is meant.
        public enum Week: Hashable, Sendable {
            /// The first such day from the day of the answer on.
            case this
            /// The first such day after the day of the answer, or the one after that; writers differ.
            case next
            /// The last such day before the day of the answer.
            case last
        }

        /// Year, four digits.
        public var year: Int?
        /// Month, 1 to 12.
        public var month: Int?
        /// Day of the month, 1 to 31.
        public var day: Int?
        /// Day of the week, 1 for Monday to 7 for Sunday.
        public var weekday: Int?
        /// Which day is meant, where that depends on the day of the answer.
        public var relative: Relative?

        /// A claim with the parts that are written.
        public init(
            year: Int? = nil,
            month: Int? = nil,
            day: Int? = nil,
            weekday: Int? = nil,
            relative: Relative? = nil
        ) {
            self.relative = relative
            self.year = year
            self.month = month
            self.day = day
            self.weekday = weekday
        }

        /// The claims without reference to the day of the answer that this one may mean on that day.
        public func resolved(on today: TradingDate) -> [DateClaim] {
            guard let relative else { return [self] }
            let dates: [TradingDate]
            switch relative {
            case .days(let days): dates = [today.adding(days: days)]
            case .weekday(let weekday, let week):
                let ahead = (weekday - today.weekday + 7) % 7
                switch week {
                case .this: dates = [today.adding(days: ahead)]
                case .next:
                    let first = ahead == 0 ? 7 : ahead
                    dates = [today.adding(days: first), today.adding(days: first + 7)]
                case .last: dates = [today.adding(days: ahead == 0 ? -7 : ahead - 7)]
                }
            }
            return dates.map { date in
                let (year, month, day) = date.civil
                return DateClaim(year: year, month: month, day: day)
            }
        }

        /// Whether a date agrees with every part that is written. One that depends on the day of the answer agrees
        /// with none; see `resolved(on:)`.
        public func agrees(with date: TradingDate) -> Bool {
            guard relative == nil else { return false }
            let civil = date.civil
            return (year ?? civil.year) == civil.year && (month ?? civil.month) == civil.month
                && (day ?? civil.day) == civil.day && (weekday ?? date.weekday) == date.weekday
        }
    }

    /// A time of day as written.
    public struct TimeClaim: Hashable, Sendable {
        /// Hour, 0 to 23, and minute of the day.
        public var hour, minute: Int
        /// Second, where written.
        public var second: Int?
        /// Whether the time is New York's; where no zone is written it is taken to be.
        public var isNewYork: Bool
        /// Whether it is coordinated universal time, `UTC`, `GMT` or `Z`.
        public var isUniversal: Bool

        /// A time with all its values.
        public init(hour: Int, minute: Int, second: Int? = nil, isNewYork: Bool = true, isUniversal: Bool = false) {
            self.isUniversal = isUniversal
            self.hour = hour
            self.minute = minute
            self.second = second
            self.isNewYork = isNewYork
        }
    }

    /// An option contract as far as it is written: `NVDA 170 put`, `170P`, `AAPL 1/15/27 200C`.
    public struct ContractClaim: Hashable, Sendable {
        /// The word in capitals that stands directly before it.
        public var root: String?
        /// The expiration, where it stands between root and strike.
        public var expiration: DateClaim?
        /// Dollars per share.
        public var strike: Decimal
        /// Call or put.
        public var right: OptionContract.Right

        /// A claim with the parts that are written.
        public init(
            root: String? = nil,
            expiration: DateClaim? = nil,
            strike: Decimal,
            right: OptionContract.Right
        ) {
            self.root = root
            self.expiration = expiration
            self.strike = strike
            self.right = right
        }
    }
}
