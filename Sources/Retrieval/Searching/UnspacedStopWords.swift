import Storage

/// Words of Chinese and Japanese that say nothing about a question's subject, found in runs without spaces.
///
/// Where a word ends only a dictionary tells; these few are told by themselves: particles and forms of politeness, words that ask,
/// and those that bind. Everything between them is taken together.
enum UnspacedStopWords {
    /// A part of a run.
    struct Part: Hashable {
        var text: String
        /// Whether it may say something about the subject.
        var isTelling: Bool
    }

    /// The parts of `run`, which is of scripts without spaces.
    static func parts(of run: some StringProtocol) -> [Part] {
        let scalars = Array(run.unicodeScalars)
        var parts: [Part] = []
        func add(_ range: Range<Int>, isTelling: Bool) {
            guard !range.isEmpty else { return }
            let text = String(String.UnicodeScalarView(scalars[range]))
            if let last = parts.indices.last, parts[last].isTelling == isTelling {
                parts[last].text += text
            } else {
                parts.append(Part(text: text, isTelling: isTelling))
            }
        }
        var index = 0
        while index < scalars.count {
            if let length = longest(whole, at: index, in: scalars) {
                add(index..<index + length, isTelling: true)
                index += length
            } else if let length = longest(han, at: index, in: scalars) {
                add(index..<index + length, isTelling: false)
                index += length
            } else if isHiragana(scalars[index]) {
                var end = index
                while end < scalars.count, isHiragana(scalars[end]) { end += 1 }
                let start = beginOfParticles(scalars[index..<end])
                add(index..<start, isTelling: true)
                add(start..<end, isTelling: false)
                index = end
            } else {
                add(index..<index + 1, isTelling: true)
                index += 1
            }
        }
        return parts
    }

    private static func isHiragana(_ scalar: Unicode.Scalar) -> Bool {
        (0x3041...0x3096).contains(scalar.value)
    }

    private static func longest(_ words: Set<[Unicode.Scalar]>, at index: Int, in scalars: [Unicode.Scalar]) -> Int? {
        (1...3).reversed().first { length in
            index + length <= scalars.count && words.contains(Array(scalars[index..<index + length]))
        }
    }

    /// Where the particles begin that a run of hiragana ends with; what stands before them is the end of a word.
    private static func beginOfParticles(_ run: ArraySlice<Unicode.Scalar>) -> Int {
        var isWhole = [Bool](repeating: false, count: run.count + 1)
        isWhole[run.count] = true
        var begin = run.endIndex
        for start in run.indices.reversed() {
            let offset = start - run.startIndex
            isWhole[offset] = (1...5).contains { length in
                start + length <= run.endIndex && isWhole[offset + length]
                    && particles.contains(Array(run[start..<start + length]))
            }
            if isWhole[offset] { begin = start }
        }
        return begin
    }

    private static func words(_ text: String) -> Set<[Unicode.Scalar]> {
        Set(text.split(separator: " ").map { Array($0.unicodeScalars) })
    }

    /// Words in which a sign that else means nothing belongs to the subject: an underlying, a purpose, geometry.
    private static let whole = words("标的 標的 目的 的确 的確 幾何 几何 是非")
    private static let han = words(
        """
        的 吗 嗎 呢 吧 是 什么 什麼 甚麼 怎么 怎麼 怎样 怎樣 如何 为何 為何 为什么 為什麼 哪些 哪个 哪個 哪里 哪裡 哪 多少 几个 幾個 \
        请问 請問 是否 我 我们 我們 你 你们 你們 他们 他們 这个 這個 那个 那個 这些 這些 那些 一个 一個 或者 以及 因为 因為 所以 \
        何 何故 誰 私 貴方 时候 時候
        """
    )
    private static let particles = words(
        """
        は が を に の と で も へ や か ね よ な から まで より とは には では への での との です ます ですか ますか でした ました でしょう \
        ください について という といった とき ときに こと ことが もの どう どの どれ どこ どんな なに なぜ いつ いくら いくつ ある あります \
        ありますか する します しますか して した しました される された いる います いますか いない ない なら ならば たい など また そして \
        または および その この あの それ これ あれ そこ ここ ため ために ので のに けど だけ さえ ほど だ だった である であり よう ように \
        なる なります なりますか できる できます できますか
        """
    )
}
