/// Turns texts into vectors of length 1, whose dot product says how close they are in meaning.
///
/// It runs on this machine, or asks a service.
public protocol TextEncoder: Sendable {
    /// Names the model and the way it is used: only vectors of the same identifier can be compared.
    var identifier: String { get }
    /// Numbers in a vector.
    var dimension: Int { get }
    /// The most word pieces of a text that count, those added at its ends included.
    var maximumTokens: Int { get }
    /// Names the way `tokenCount` counts: chunks cut by another one are cut anew.
    var measureName: String { get }
    /// Whether its cosines are on the scale by which passages are told from those about other things, that of
    /// all-MiniLM-L6-v2; otherwise words alone decide whether a question is answered.
    var isCalibrated: Bool { get }

    /// Word pieces of `text`, without those added at its ends.
    func tokenCount(of text: String) -> Int

    /// The vectors of `texts` one after the other, `dimension` numbers each.
    ///
    /// - Parameter role: What the texts are; some models read questions and documents in different ways.
    func encode(_ texts: [String], as role: EncodedRole) async throws -> [Float]
}

/// What a text is that gets a vector.
public enum EncodedRole: String, Sendable, Hashable {
    /// A part of a document, to be found.
    case document
    /// A question, to find it with.
    case question
}

extension TextEncoder {
    /// The encoder's identifier: it counts by its own tokenizer.
    public var measureName: String { identifier }
    /// True.
    public var isCalibrated: Bool { true }
}
