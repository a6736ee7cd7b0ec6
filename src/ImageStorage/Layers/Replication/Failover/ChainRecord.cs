using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The chain of fallbacks that belongs to a primary. The primary's copy is authoritative. Each fallback has a copy as
/// well, so that a process that starts while the primary is unavailable can still tell whether a fallback is the right
/// one.
/// </summary>
/// <param name="Chain">A random id of the chain; new for each change of the chain.</param>
/// <param name="Primary">The identity of the primary.</param>
/// <param name="Fallbacks">The identities of the fallbacks, in their order.</param>
internal sealed record ChainRecord(string Chain, Guid Primary, ImmutableArray<Guid> Fallbacks) : VersionedContent
{
    /// <summary>The name of the document on the primary.</summary>
    public static readonly DocumentName PrimaryName = DocumentCollections.FailoverChain + "/primary";

    /// <summary>The name of the document on each fallback.</summary>
    public static readonly DocumentName FallbackName = DocumentCollections.FailoverChain + "/fallback";

    private const int KnownFormat = 1;

    /// <summary>Gets the id of the chain that this chain replaced; null for the first chain.</summary>
    public string? Replaced { get; init; }

    /// <summary>
    /// Gets hashes of the locations at which processes have reached the primary. Only in the copy of a fallback; empty
    /// for providers without a location.
    /// </summary>
    public required ImmutableArray<string> Locations { get; init; }

    /// <summary>Gets the version of the document that the record was read from.</summary>
    [JsonIgnore]
    public DocumentETag Version { get; init; }

    /// <summary>Returns a new record for a primary.</summary>
    public static ChainRecord New(Guid primary, ImmutableArray<Guid> fallbacks, string? replaced) =>
        new(Guid.NewGuid().ToString("N"), primary, fallbacks) { Format = KnownFormat, Replaced = replaced, Locations = [] };

    /// <summary>Reads a record, or returns null if there is none.</summary>
    /// <exception cref="StorageCorruptedException">The document cannot be read.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the document.</exception>
    public static async Task<ChainRecord?> ReadAsync(IDocumentStore documents, DocumentName name, string provider, CancellationToken cancellationToken) =>
        await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } document ? Parse(document, provider) : null;

    /// <summary>
    /// Writes the record if the document still has a version; returns false if another process was faster.
    /// </summary>
    public async Task<bool> TryWriteAsync(IDocumentStore documents, DocumentName name, DocumentETag version, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(name, DocumentJson.Write(this, FailoverJson.Instance.ChainRecord), version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    private static ChainRecord Parse(StoredDocument document, string provider)
    {
        var record = DocumentJson.Read(
            document,
            FailoverJson.Instance.ChainRecord,
            KnownFormat,
            newer => new StorageNotSupportedException(
                string.Create(CultureInfo.InvariantCulture, $"A newer version of ImageStorage wrote the document '{document.Name}' of {provider} (format {newer}; this version knows {KnownFormat}). Update the package."))
            {
                Provider = provider,
            },
            failure => new StorageCorruptedException(
                $"The document '{document.Name}' of {provider}, which says which fallbacks belong to which primary, cannot be read. Replay what waits on the fallbacks if you can, restore the document from a copy of the store, or delete it: the next start records the configured chain.",
                failure)
            {
                Provider = provider,
            });
        return record with { Version = document.ETag };
    }
}
