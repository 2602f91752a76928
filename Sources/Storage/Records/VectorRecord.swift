public import Foundation

/// The vector of a chunk: `scale` times 8-bit components, and what these leave out.
public struct VectorRecord: Hashable, Sendable {
    /// The digest of the chunk it is the vector of.
    public var hash: Data
    /// What a component of 1 is worth.
    public var scale: Float
    /// One signed byte for each dimension.
    public var components: [Int8]
    /// What the components leave out, one signed byte for each dimension, 1/254 of a component of 1 each; empty where that is not
    /// known.
    public var residuals: [Int8]

    /// A vector with all its values.
    public init(hash: Data, scale: Float, components: [Int8], residuals: [Int8] = []) {
        self.hash = hash
        self.scale = scale
        self.components = components
        self.residuals = residuals
    }
}
