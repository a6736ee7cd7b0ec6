using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>
/// The document by which a provider records the group of providers that it belongs to: the parts of a hybrid store, the
/// replicas of a mirror, or the chain of a failover. docs/design/store-identity.md describes how each group uses it.
/// </summary>
/// <param name="Group">The random id of the group.</param>
/// <param name="Role">The role of the provider in the group.</param>
internal sealed record PairingDocument(string Group, [property: JsonConverter(typeof(EnumNameConverter<ProviderRole>))] ProviderRole Role) : VersionedContent
{
    // One name for each role that a single store can have at the same time in compositions of compositions.
    public static readonly DocumentName OfCatalog = DocumentCollections.Pairing + "/hybrid-catalog";
    public static readonly DocumentName OfContent = DocumentCollections.Pairing + "/hybrid-content";
    public static readonly DocumentName OfReplica = DocumentCollections.Pairing + "/mirror";
    public static readonly DocumentName OfPrimary = DocumentCollections.Pairing + "/failover-primary";
    public static readonly DocumentName OfFallback = DocumentCollections.Pairing + "/failover-fallback";

    private const int KnownFormat = 1;

    /// <summary>
    /// Gets a value that indicates in the catalog of a hybrid store that the content store may not have its document yet.
    /// </summary>
    [JsonPropertyName("pending")]
    public required bool IsPending { get; init; }

    /// <summary>
    /// Gets the identities of the primary and of the fallbacks of a failover, in their order; empty for other groups.
    /// </summary>
    public required ImmutableArray<Guid> Members { get; init; }

    /// <summary>
    /// Gets hashes of the locations at which processes have reached the primary of a failover. Only on a fallback.
    /// </summary>
    public required ImmutableArray<string> Locations { get; init; }

    /// <summary>
    /// Gets the group that this group replaces; on a replica of a mirror the <see cref="RoleInGroup"/> of the other
    /// replica, until that replica has adopted the group. Null for none.
    /// </summary>
    public string? Replaces { get; init; }

    /// <summary>Gets the version that was read; <see cref="DocumentETag.None"/> for a new document.</summary>
    [JsonIgnore]
    public DocumentETag Version { get; init; } = DocumentETag.None;

    /// <summary>Gets the text that identifies the provider in its group.</summary>
    [JsonIgnore]
    public string RoleInGroup => $"{Group}/{Role}";

    /// <summary>Returns the document of a new group.</summary>
    public static PairingDocument New(ProviderRole role) => new(Guid.NewGuid().ToString("N"), role) { Format = KnownFormat, IsPending = false, Members = [], Locations = [] };

    /// <summary>Reads the document of a provider, or returns null if the provider has none.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<PairingDocument?> ReadAsync(IDocumentStore documents, DocumentName name, string provider, CancellationToken cancellationToken)
    {
        if (await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        var content = DocumentJson.Read(
            document,
            CoordinationJson.Instance.PairingDocument,
            KnownFormat,
            newer => new StorageNotSupportedException(string.Create(CultureInfo.InvariantCulture, $"A newer version of ImageStorage wrote the document '{name}' of {provider} (format {newer}; this version knows {KnownFormat}). Update the package.")) { Provider = provider },
            failure => new StorageCorruptedException($"The document '{name}' of {provider}, which records the providers that {provider} belongs to, cannot be read. Restore the document from a copy of {provider}, or delete it: the next start records the configured providers, or says what to do.", failure) { Provider = provider });
        return content with { Version = document.ETag };
    }

    /// <summary>
    /// Writes the document if the provider still has the version that this document was made from; returns false if
    /// another process was faster.
    /// </summary>
    public async Task<bool> TryWriteAsync(IDocumentStore documents, DocumentName name, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(name, DocumentJson.Write(this, CoordinationJson.Instance.PairingDocument), Version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }
}
