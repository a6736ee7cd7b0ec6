using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;

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

    public static DocumentName NameOf(ImageKey key) => HintPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value)));

    /// <summary>Reads the hint of an image; returns null if the image has none.</summary>
    /// <exception cref="StorageCorruptedException">The hint cannot be read.</exception>
    public Task<ImageHint?> GetAsync(ImageKey key, CancellationToken cancellationToken) => GetAsync(NameOf(key), cancellationToken);

    public async Task<ImageHint?> GetAsync(DocumentName name, CancellationToken cancellationToken)
    {
        StoredDocument? document;
        try
        {
            document = await documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException exception)
        {
            throw HintCodec.Unreadable(name, "its bytes are damaged", exception);
        }

        return document is null ? null : HintCodec.Read(document);
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
            return hint with { Version = await documents.PutAsync(name, HintCodec.Write(hint), seen, cancellationToken).ConfigureAwait(false) };
        }
        catch (ImageConflictException)
        {
            // A provider that repeats a request whose answer was lost finds its own write.
            return await GetAsync(name, cancellationToken).ConfigureAwait(false) is { } there && there.Id == hint.Id ? there : null;
        }
    }

    /// <summary>Removes a hint, unless it was replaced. Returns whether the hint is gone.</summary>
    public async Task<bool> TryRemoveAsync(ImageHint hint, CancellationToken cancellationToken)
    {
        try
        {
            await documents.DeleteAsync(NameOf(hint.Key), hint.Version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return await GetAsync(hint.Key, cancellationToken).ConfigureAwait(false) is null;
        }
    }

    /// <summary>Retains a copy of an unreadable hint, before a write replaces it.</summary>
    /// <returns>
    /// The version of the hint; null if the provider cannot read it; <see cref="DocumentETag.None"/> if another process
    /// has removed it.
    /// </returns>
    public async Task<DocumentETag?> RetainUnreadableAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        StoredDocument? document = null;
        try
        {
            document = await documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
            if (document is null)
            {
                return DocumentETag.None;
            }
        }
        catch (StorageCorruptedException)
        {
            // The provider can no longer read the document: only its name can be retained.
        }

        await documents.PutAsync($"{RetainedPrefix}{Guid.CreateVersion7():n}", document?.Content ?? Encoding.UTF8.GetBytes(name.Value), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        return document?.ETag;
    }

    /// <summary>
    /// Removes an unreadable hint that a later fallback supersedes, and retains a copy. Returns false if another
    /// process has replaced the hint.
    /// </summary>
    public async Task<bool> TryRemoveUnreadableAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var version = await RetainUnreadableAsync(key, cancellationToken).ConfigureAwait(false);
        try
        {
            if (version != DocumentETag.None)
            {
                await documents.DeleteAsync(NameOf(key), version, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (ImageConflictException)
        {
            return await documents.GetAsync(NameOf(key), cancellationToken).ConfigureAwait(false) is null;
        }
    }

    /// <summary>Retains a hint that conflicts with a newer version on the primary.</summary>
    public Task RetainAsync(ImageHint hint, CancellationToken cancellationToken) =>
        documents.PutAsync($"{RetainedPrefix}{hint.Id}", HintCodec.Write(hint), null, cancellationToken);

    /// <summary>Returns whether the payload with an id was retained.</summary>
    public async Task<bool> IsRetainedAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync($"{RetainedPrefix}{id}", cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Returns whether there are no hints, history entries and no activity marker.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(Prefix, null, 1, cancellationToken).ConfigureAwait(false)).Count == 0;

    /// <summary>Lists the names of all hints.</summary>
    public ValueTask<List<DocumentName>> ListAsync(CancellationToken cancellationToken) => documents.EnumerateAsync(HintPrefix, null, cancellationToken).ToListAsync(cancellationToken);
}
