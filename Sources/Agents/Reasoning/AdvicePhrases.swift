import Foundation

/// Turns of phrase that advise wherever they stand in a sentence.
struct AdvicePhrases: Sendable {
    /// The phrases of English.
    static let shared = AdvicePhrases()

    /// Nil where it does not compile, which only a mistake in this file can cause.
    private let expression: NSRegularExpression?

    private init() {
        expression = try? NSRegularExpression(
            pattern: "(?<![\\p{L}'-])(?:" + AdvicePhrases.patterns.joined(separator: "|") + ")(?![\\p{L}'-])"
        )
    }

    /// The first of them in `words`, which are in small letters with single spaces between them.
    ///
    /// - Returns: Nil where there is none; the whole text where the phrases cannot be told.
    func first(in words: String) -> String? {
        guard let expression else { return words }
        let text = words as NSString
        return expression.firstMatch(in: words, range: NSRange(location: 0, length: text.length)).map {
            text.substring(with: $0.range)
        }
    }

    // MARK: - Patterns

    /// Verbs of trading that stand for an action of whoever trades and for nothing that prices do by themselves.
    private static let act =
        "(?:sell|buy|buy back|close|roll|hold|avoid|trim|reduce|exit|hedge|cut|dump|unload|liquidate|unwind|keep|cover|add|write"
        + "|exercise|take|book|lock in|scale|harvest|rebalance|diversify|swap|switch|shift|move|let|get out|get rid|stay|wait"
        + "|go (?:long|short|flat)|do nothing|sit tight|own|short|open|enter|step aside|sell off|lighten)"
    private static let acting =
        "(?:selling|buying|closing|rolling|holding|avoiding|trimming|reducing|exiting|hedging|cutting|dumping|unloading"
        + "|liquidating|unwinding|keeping|covering|adding|writing|exercising|taking|booking|locking in|scaling|harvesting"
        + "|rebalancing|diversifying|swapping|switching|shifting|moving|letting|getting out|getting rid|staying|waiting|opening)"
    private static let acted =
        "(?:sold|bought(?: back)?|closed|rolled|held|avoided|trimmed|reduced|exited|hedged|cut|dumped|unloaded|liquidated|unwound"
        + "|covered(?! by)|taken off|locked in|scaled|rebalanced|diversified|swapped|switched|let go)"
    /// Of these it is also said what somebody who is assigned is bound to do.
    private static let actedByChoice =
        "(?:closed|rolled|avoided|trimmed|reduced|exited|hedged|cut|dumped|unloaded|liquidated|unwound|taken off|rebalanced"
        + "|diversified)"
    private static let adverbs =
        "(?: (?!not )[\\p{L}]+ly| also| just| now| even| then| probably| at least| still| first| soon){0,3}"
    private static let good =
        "(?:advisable|wise|wiser|wisest|prudent|sensible|smart|smarter|smartest|sound|best|better|safest|safer|reasonable|worthwhile"
        + "|appropriate|sage|shrewd|right|preferable|a good idea|a bad idea|a good time|a great time|the time|the right time|high time"
        + "|unwise|foolish|a mistake)"
    private static let move =
        "(?:move|thing|choice|course(?: of action)?|step|play|option|action|idea|decision|approach|strategy|call|bet|plan|route"
        + "|response|alternative)"

    private static let patterns = [
        // Who speaks.
        "(?:i|we)(?: would|'d| do| will|'ll)?\(adverbs)(?: not| don't)? (?:recommend|suggest|advise|urge|propose|advocate)"
            + "(?! (?:no |nothing))",
        "(?:i|we) (?:don't|do not|would not|wouldn't) (?:recommend|suggest|advise)",
        "(?:my|our) (?:own |personal |clear |strong )?(?:recommendation|advice|suggestion)",
        "(?:recommendation|advice|suggestion|verdict|call to action) ?: \(act)",
        "(?:recommend|suggest|advise)(?:ed|ation)? ?: \(act)",
        "(?:i|we)(?:'d| would)(?: not| never)?\(adverbs)(?: rather| prefer to| look to| want to| be inclined to| be tempted to"
            + "| be looking to| try to| go ahead and)? \(act)",
        "(?:i|we)(?:'d| would)\(adverbs) be (?:a (?:seller|buyer)|\(acting))",
        "what (?:i|we)(?:'d| would) do(?: here| now| next)? is \(act)",
        "(?:wise|prudent|smart|careful|disciplined|sensible) (?:investor|trader|holder|seller)s? would",
        "let's\(adverbs) \(act)",
        // Who is spoken to.
        "you\(adverbs) (?:should|shouldn't|must|mustn't|ought to|need to|'d better|had better)(?! (?:not )?(?:know|note|be aware|have"
            + " received|see|expect|receive|keep in mind)(?![\\p{L}]))",
        "you have to (?:close|roll|trim|exit|reduce|hedge|cut|unwind)", "can't go wrong",
        "you'd(?:\(adverbs)) better(?! off)", "you should not", "you had better",
        "you (?:may|might|could|can|would|will|'ll)\(adverbs) (?:want|wish|like|do well|be well advised|be wise|prefer) to"
            + "\(adverbs) \(act)",
        "(?:it's|it is|you are|you're|you'd be|you would be|be) (?:much |far )?better off \(acting)",
        "(?:i|we|one|investors|traders|holders|owners|sellers|buyers|people|anyone|everyone|everybody) (?:should|must|ought to)"
            + "(?: not|n't)?\(adverbs) \(act)",
        "(?:we|one|investors|traders|holders|owners|people) shouldn't\(adverbs) \(act)",
        "recommended that you",
        "(?:is|are|would be|comes)(?: not)?\(adverbs) (?:recommended|advised|advisable|inadvisable)(?! (?:weight|limit))",
        // What is done.
        "(?:should|shouldn't|ought to)(?: not)?\(adverbs) be\(adverbs) \(acted)(?! (?:\\p{L}+ )?(?:away|by (?:its|the) holder))",
        "(?:must|needs? to|has to|have to|deserves? to)(?: not)?\(adverbs) be\(adverbs) \(actedByChoice)",
        "(?:it is|it's|it would be|it'd be|it may be|it might be|it could be|it seems|it looks|would be|might be|may be|is|'s)\(adverbs)"
            + " (?:very |more |most |quite )?\(good)(?: here| now)? (?:to|not to)\(adverbs) \(act)",
        "(?:makes?|would make|'d make|may make|might make) (?:\\p{L}+ )?sense (?:here |now )?to\(adverbs) \(act)",
        "time to\(adverbs) \(act)",
        "(?:best|smart|smarter|smartest|right|prudent|safest|safer|better|wise|wiser|wisest|sensible|obvious|logical|only|good|next"
            + "|preferred|simplest|cleanest) \(move)(?: here| now| today| for you| to do| to make)*(?: is| would be| might be| may be| remains| seems|:)"
            + "\(adverbs) (?:(?:to |not to )?\(act)|\(acting))",
        // What "selling DIS" would be.
        "\(acting)(?: [^ .;:]+){0,8} (?:is|would be|seems|looks like|looks|might be|may be)(?: the| a)?\(adverbs)(?: very| most)?"
            + " (?:\(good)|good|obvious|logical)(?: here| now)?(?: \(move))?(?= ?[.!,;]| $| here| now| before| while)",
        "should go(?= ?[.!,]| $)", "no need to (?:hold|keep)",
        "(?:no|little|every|good|strong) reason (?:not )?to (?:sell|close|roll|hold|keep|buy|trim|exit|stay)",
        "(?:is|are|looks like|remains|stays) (?:a|an) (?:clear |strong |screaming |solid |definite |outright )?(?:buy|sell|hold)"
            + "(?= ?[.!;,]| here | now | at this | today| $)",
        "(?:best|better|wiser|safer|smarter) to\(adverbs) \(act)",
    ]
}
