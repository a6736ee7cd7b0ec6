using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>
/// The hints among the documents of a fallback. An image has at most one; each change is a compare-and-swap.
/// </summary>
internal sealed class HintStore(IDocumentStore documents)
{
    /// <summary>The prefix of all documents that exist only while hints exist, or lately existed.</summary>
    public const string Prefix = DocumentCollections.Failover + "/";

    /// <summary>The prefix of documents that are retained for a person to look at.</summary>
    public const string RetainedPrefix = DocumentCollections.FailoverRetained + "/";

    private const string HintPrefix = Prefix + "h-";
    private const int IdLength = 32;

    private readonly HintDocuments _hints = new(documents, RetainedPrefix, "It may describe a newer state than the primary has: save the image again, or delete it.");

    public static DocumentName NameOf(ImageKey key) => HintPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value)));

    /// <summary>Reads the hint of an image; returns null if the image has none.</summary>
    /// <exception cref="StorageCorruptedException">The hint cannot be read.</exception>
    public Task<ImageHint?> GetAsync(ImageKey key, CancellationToken cancellationToken) => GetAsync(NameOf(key), cancellationToken);

    public async Task<ImageHint?> GetAsync(DocumentName name, CancellationToken cancellationToken)
    {
        var hint = await _hints.GetAsync(name, FailoverJson.Instance.ImageHint, cancellationToken).ConfigureAwait(false);
        return hint is null or { Id.Length: IdLength } ? hint : throw _hints.Unreadable(name, "the library does not write such content", null);
    }

    /// <summary>
    /// Writes a hint if the document still has the version that was seen. Returns the hint with its new version, or
    /// null if it was changed.
    /// </summary>
    /// <param name="hint">The hint.</param>
    /// <param name="seen">The version that was seen; null to replace any version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ImageHint?> TryCommitAsync(ImageHint hint, DocumentETag? seen, CancellationToken cancellationToken)
    {
        var name = NameOf(hint.Key);
        try
        {
            return hint with { Version = await documents.PutAsync(name, DocumentJson.Write(hint, FailoverJson.Instance.ImageHint), seen, cancellationToken).ConfigureAwait(false) };
        }
        catch (ImageConflictException)
        {
            // A provider that repeats a request whose answer was lost finds its own write.
            return await GetAsync(name, cancellationToken).ConfigureAwait(false) is { } there && there.Id == hint.Id ? there : null;
        }
    }

    /// <summary>Removes a hint, unless it was replaced. Returns whether the hint is gone.</summary>
    public async Task<bool> TryRemoveAsync(ImageHint hint, CancellationToken cancellationToken) =>
        await _hints.TryRemoveAsync(NameOf(hint.Key), hint.Version, cancellationToken).ConfigureAwait(false) || await GetAsync(hint.Key, cancellationToken).ConfigureAwait(false) is null;

    /// <inheritdoc cref="HintDocuments.RetainUnreadableAsync"/>
    public Task<DocumentETag?> RetainUnreadableAsync(ImageKey key, CancellationToken cancellationToken) => _hints.RetainUnreadableAsync(NameOf(key), cancellationToken);

    /// <inheritdoc cref="HintDocuments.TryRemoveUnreadableAsync"/>
    public Task<bool> TryRemoveUnreadableAsync(ImageKey key, CancellationToken cancellationToken) => _hints.TryRemoveUnreadableAsync(NameOf(key), cancellationToken);

    /// <summary>Retains a hint that conflicts with a newer version on the primary.</summary>
    public Task RetainAsync(ImageHint hint, CancellationToken cancellationToken) =>
        documents.PutAsync($"{RetainedPrefix}{hint.Id}", DocumentJson.Write(hint, FailoverJson.Instance.ImageHint), null, cancellationToken);

    /// <summary>Returns whether the payload with an id was retained.</summary>
    public async Task<bool> IsRetainedAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync($"{RetainedPrefix}{id}", cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Returns whether there are no hints, history entries and no activity marker.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(Prefix, null, 1, cancellationToken).ConfigureAwait(false)).Count == 0;

    /// <summary>Lists the names of all hints.</summary>
    public ValueTask<List<DocumentName>> ListAsync(CancellationToken cancellationToken) => documents.EnumerateAsync(HintPrefix, null, cancellationToken).ToListAsync(cancellationToken);
}
