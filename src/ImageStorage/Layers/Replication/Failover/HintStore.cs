using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>The notes among the documents of the fallback. One image has at most one; each change of it is a compare-and-swap.</summary>
internal sealed class HintStore(IDocumentStore documents)
{
    /// <summary>Begins the names of all that is there only while there is, or lately was, something to bring to the primary.</summary>
    public const string Prefix = "failover/";

    /// <summary>Begins the names of what is kept for people to look at.</summary>
    public const string AsidePrefix = "failover-aside/";

    private const string HintPrefix = "failover/h-";
    private const int PageLength = 1000;

    public static DocumentName NameOf(ImageKey key) => HintPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value)));

    /// <summary>The note of an image; null when the primary knows it best.</summary>
    /// <exception cref="StorageCorruptedException">There is one that cannot be read.</exception>
    public Task<HandoffHint?> GetAsync(ImageKey key, CancellationToken cancellationToken) => GetAsync(NameOf(key), cancellationToken);

    public async Task<HandoffHint?> GetAsync(DocumentName name, CancellationToken cancellationToken)
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

    /// <summary>Writes a note in place of the version that was seen, and answers it with its version; null when another one is there by now.</summary>
    /// <param name="hint">The note.</param>
    /// <param name="seen">The version that was seen; null for whatever is there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HandoffHint?> TryCommitAsync(HandoffHint hint, DocumentETag? seen, CancellationToken cancellationToken)
    {
        var name = NameOf(hint.Key);
        try
        {
            return hint with { Version = await documents.PutAsync(name, HintCodec.Write(hint), seen, cancellationToken).ConfigureAwait(false) };
        }
        catch (ImageConflictException)
        {
            // A provider that repeats a request whose answer was lost finds its own write in the way.
            return await GetAsync(name, cancellationToken).ConfigureAwait(false) is { } there && there.Id == hint.Id ? there : null;
        }
    }

    /// <summary>Removes a note, unless another one is there by now.</summary>
    public async Task<bool> TryRemoveAsync(HandoffHint hint, CancellationToken cancellationToken)
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

    /// <summary>Keeps a copy of an unreadable note, for an image that is written anew over it.</summary>
    /// <returns>The version of the note; null where the provider cannot even tell that, and none where another process has removed the note.</returns>
    public async Task<DocumentETag?> CopyAsideAsync(ImageKey key, CancellationToken cancellationToken)
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
            // The provider itself cannot give its bytes any more: all that is left to keep is that it was there.
        }

        await documents.PutAsync($"{AsidePrefix}{Guid.CreateVersion7():n}", document?.Content ?? Encoding.UTF8.GetBytes(name.Value), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        return document?.ETag;
    }

    /// <summary>Removes an unreadable note that a later fallback's supersedes, and keeps a copy; false when another process has replaced the note meanwhile.</summary>
    public async Task<bool> TryRemoveUnreadableAsync(ImageKey key, CancellationToken cancellationToken)
    {
        var version = await CopyAsideAsync(key, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Keeps a note whose image the primary has outrun.</summary>
    public Task KeepAsync(HandoffHint hint, CancellationToken cancellationToken) =>
        documents.PutAsync($"{AsidePrefix}{hint.Id}", HintCodec.Write(hint), null, cancellationToken);

    /// <summary>Were these bytes kept aside?</summary>
    public async Task<bool> IsKeptAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync($"{AsidePrefix}{id}", cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Is there nothing at all?</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(Prefix, null, 1, cancellationToken).ConfigureAwait(false)).Count == 0;

    /// <summary>The names of all notes.</summary>
    public async Task<List<DocumentName>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new List<DocumentName>();
        IReadOnlyList<DocumentName> page;
        do
        {
            page = await documents.ListAsync(HintPrefix, names.Count == 0 ? default(DocumentName?) : names[^1], PageLength, cancellationToken).ConfigureAwait(false);
            names.AddRange(page);
        }
        while (page.Count == PageLength);

        return names;
    }
}
