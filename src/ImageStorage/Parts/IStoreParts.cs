namespace ImageStorage;

/// <summary>
/// Lists the providers of a store, for work on one of them, such as a verification or a comparison. Registered as a
/// keyed service, with the store's name as the key. Thread-safe.
/// </summary>
public interface IStoreParts
{
    /// <summary>
    /// Gets the parts in the order of the health report: the primary first, then the others in the order of their use.
    /// The catalog and the content of a hybrid provider follow the hybrid provider, which is a part itself. The list is a
    /// snapshot: while <c>auto</c> has not chosen a provider, all candidates have the role
    /// <see cref="ProviderRole.Candidate"/>, and there is no primary. The first call of the store makes the choice.
    /// </summary>
    IReadOnlyList<StorePart> Parts { get; }
}
