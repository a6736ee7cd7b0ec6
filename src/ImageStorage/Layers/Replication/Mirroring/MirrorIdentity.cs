using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The identity of a replica. An empty disk in place of a replica has none, so it is never mistaken for the replica.
/// </summary>
/// <param name="Pair">The same on both replicas, and new whenever a replica joins: a replaced replica that returns has
/// another pair.</param>
/// <param name="Member">Different on the two replicas; equal members are one store.</param>
/// <param name="IsPrimary">The role. Hints are interpreted by role.</param>
internal sealed record MirrorIdentity(string Pair, string Member, [property: JsonPropertyName("primary")] bool IsPrimary) : VersionedContent
{
    public static readonly DocumentName Name = DocumentCollections.MirrorPair + "/identity";

    private const int KnownFormat = 1;

    /// <summary>
    /// Gets the pair and member of the other replica, until that replica has adopted the new pair; <see
    /// langword="null"/> if no replica must adopt the pair.
    /// </summary>
    public string? Joins { get; init; }

    /// <summary>Gets the version of the document.</summary>
    [JsonIgnore]
    public DocumentETag Version { get; init; }

    /// <summary>Gets the text that identifies this replica in this pair.</summary>
    [JsonIgnore]
    public string MemberInPair => $"{Pair}/{Member}";

    /// <summary>Returns the identity of a new replica, alone or in a new pair with another replica.</summary>
    public static MirrorIdentity New(bool isPrimary, MirrorIdentity? other = null) => new(Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), isPrimary)
    {
        Format = KnownFormat,
        Joins = other?.MemberInPair,
        Version = DocumentETag.None,
    };

    /// <summary>Reads the identity of a replica, or returns <see langword="null"/> if the replica has none.</summary>
    public static async Task<MirrorIdentity?> ReadAsync(MirrorReplica replica, CancellationToken cancellationToken) =>
        await replica.Provider.Documents.GetAsync(Name, cancellationToken).ConfigureAwait(false) is { } document
            ? DocumentJson.Read(document, MirrorJson.Instance.MirrorIdentity, KnownFormat, _ => Unreadable(replica.Name, null), failure => Unreadable(replica.Name, failure)) with { Version = document.ETag }
            : null;

    /// <summary>
    /// Writes the identity if the document is still the version that this identity was made from. Otherwise another
    /// process was faster, and the next read returns its identity.
    /// </summary>
    public async Task TryWriteAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            await replica.Provider.Documents.PutAsync(Name, DocumentJson.Write(this, MirrorJson.Instance.MirrorIdentity), Version, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return;
        }
    }

    private static StorageCorruptedException Unreadable(string replica, Exception? exception) =>
        new($"The document '{Name}' of {replica} cannot be read, so the replica may belong to another mirror. Delete the document: the next start treats the replica as new and copies all images from the other replica.", exception) { Provider = replica };
}
