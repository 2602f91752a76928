/// Why a model could not be loaded, and what to do about it.
public struct EncoderError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file of the model that is at fault.
    public enum Part: String, Sendable {
        /// The weights, `model.safetensors`.
        case weights = "model.safetensors"
        /// The word pieces, `vocab.txt`.
        case vocabulary = "vocab.txt"
        /// The dimensions, `config.json`.
        case configuration = "config.json"
    }

    /// What can be done about it.
    public enum Remedy: String, Sendable {
        /// The file is damaged or incomplete.
        case fetchAgain = "Fetch the model again."
        /// The file is sound but describes a model this encoder cannot run.
        case chooseAnotherModel = "Choose a BERT model with absolute positions and the exact GELU, in 32-bit floats."
    }

    /// The file at fault.
    public let part: Part
    /// The place in the file: a tensor, a field or a line; empty where it is the file as a whole.
    public let subject: String
    /// What is wrong there, as a clause.
    public let problem: String
    /// What can be done about it.
    public let remedy: Remedy

    /// An error at a place of a file.
    public init(_ part: Part, _ subject: String = "", _ problem: String, remedy: Remedy = .fetchAgain) {
        self.part = part
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
    }

    /// The failure and the next step, in one line.
    public var description: String {
        let place = subject.isEmpty ? part.rawValue : "\(part.rawValue), \(subject)"
        return "\(place): \(problem). \(remedy.rawValue)"
    }
}
