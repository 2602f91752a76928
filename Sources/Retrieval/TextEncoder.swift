/// Turns texts into vectors of length 1, whose dot product says how close they are in meaning.
public protocol TextEncoder: Sendable {
    /// Names the model and the way it is used: only vectors of the same identifier can be compared.
    var identifier: String { get }
    /// Numbers in a vector.
    var dimension: Int { get }
    /// The most word pieces of a text that count, those added at its ends included.
    var maximumTokens: Int { get }

    /// Word pieces of `text`, without those added at its ends.
    func tokenCount(of text: String) -> Int

    /// The vectors of `texts` one after the other, `dimension` numbers each.
    func encode(_ texts: [String]) throws -> [Float]
}
