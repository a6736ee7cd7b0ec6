using System.Security.Cryptography;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>What one side has been told, among its documents.</summary>
internal sealed class MirrorNotes(IDocumentStore documents)
{
    /// <summary>Begins the names of all that says that this side is ahead of the other.</summary>
    public const string AheadPrefix = "mirror/";

    /// <summary>Begins the names of the notes of writes that this side may have missed while both were in use.</summary>
    public const string DoubtPrefix = "mirror-doubt/";

    /// <summary>Begins the names of what is kept for people to look at.</summary>
    public const string AsidePrefix = "mirror-aside/";

    /// <summary>Stands while this side is ahead of the other as a whole.</summary>
    public static readonly DocumentName LeadName = $"{AheadPrefix}lead";

    private const string HerePrefix = $"{AheadPrefix}h-";
    private const int HashLength = 64;
    private const int PageLength = 1000;

    public Task<DocumentETag> PutHereAsync(MirrorNote note, CancellationToken cancellationToken) => documents.PutAsync(NameOf(HerePrefix, note), MirrorNoteCodec.Write(note), null, cancellationToken);

    public Task PutDoubtAsync(MirrorNote note, CancellationToken cancellationToken) => documents.PutAsync(NameOf(DoubtPrefix, note), MirrorNoteCodec.Write(note), null, cancellationToken);

    public Task RemoveHereAsync(MirrorNote note, CancellationToken cancellationToken) => RemoveAsync(NameOf(HerePrefix, note), cancellationToken);

    public Task RemoveDoubtAsync(MirrorNote note, CancellationToken cancellationToken) => RemoveAsync(NameOf(DoubtPrefix, note), cancellationToken);

    public Task RemoveAsync(DocumentName name, CancellationToken cancellationToken) => documents.DeleteAsync(name, null, cancellationToken);

    /// <summary>Is there no word that this side is ahead?</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(AheadPrefix, null, 1, cancellationToken).ConfigureAwait(false)).Count == 0;

    public Task<List<DocumentName>> ListHereAsync(ImageKey? key, CancellationToken cancellationToken) => ListAsync(HerePrefix, key, cancellationToken);

    public Task<List<DocumentName>> ListDoubtsAsync(ImageKey? key, CancellationToken cancellationToken) => ListAsync(DoubtPrefix, key, cancellationToken);

    /// <summary>Reads a note; null when it is gone by now.</summary>
    /// <exception cref="StorageCorruptedException">It cannot be read.</exception>
    public async Task<MirrorNote?> GetAsync(DocumentName name, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } document ? MirrorNoteCodec.Read(document) : null;
        }
        catch (StorageCorruptedException exception) when (exception.Reason is null)
        {
            throw MirrorNoteCodec.Unreadable(name, "its bytes are damaged", exception);
        }
    }

    /// <summary>Keeps a copy of a note that cannot be read, and takes it away: the sides are equal by now in what it stood for.</summary>
    public async Task SetAsideAsync(DocumentName name, CancellationToken cancellationToken)
    {
        StoredDocument? document = null;
        try
        {
            document = await documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
            if (document is null)
            {
                // Another process has set it aside already.
                return;
            }
        }
        catch (StorageCorruptedException)
        {
            // The provider itself cannot give its bytes any more: all that is left to keep is that it was there.
        }

        await documents.PutAsync($"{AsidePrefix}{Guid.CreateVersion7():n}", document?.Content ?? Encoding.UTF8.GetBytes(name.Value), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        try
        {
            await documents.DeleteAsync(name, document?.ETag, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            // Another process has removed the note in the meantime. The name of a note is used once, so no other note can be there.
        }
    }

    /// <summary>The lead of this side, if it has it: does the other side need a resync, and which version of the document says so?</summary>
    public async Task<MirrorLead?> GetLeadAsync(CancellationToken cancellationToken) =>
        await documents.GetAsync(LeadName, cancellationToken).ConfigureAwait(false) is { } document ? MirrorLead.Read(document) : null;

    /// <summary>Writes that this side has the lead; false when something else is there than was seen.</summary>
    public async Task<bool> TryPutLeadAsync(MirrorLead lead, DocumentETag seen, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(LeadName, lead.ToBytes(), seen, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    public async Task<bool> TryRemoveLeadAsync(MirrorLead lead, CancellationToken cancellationToken)
    {
        try
        {
            await documents.DeleteAsync(LeadName, lead.Version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    /// <summary>The part of a note's name that tells the image.</summary>
    public static string ImageOf(DocumentName name)
    {
        var rest = name.Value.AsSpan(name.Value.StartsWith(HerePrefix, StringComparison.Ordinal) ? HerePrefix.Length : DoubtPrefix.Length);
        return rest.Length > HashLength ? rest[..HashLength].ToString() : rest.ToString();
    }

    private static DocumentName NameOf(string prefix, MirrorNote note) => $"{prefix}{HashOf(note.Key)}-{note.Id}";

    private static string HashOf(ImageKey key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Value)));

    private async Task<List<DocumentName>> ListAsync(string prefix, ImageKey? key, CancellationToken cancellationToken)
    {
        prefix = key is { } image ? $"{prefix}{HashOf(image)}-" : prefix;
        var names = new List<DocumentName>();
        IReadOnlyList<DocumentName> page;
        do
        {
            page = await documents.ListAsync(prefix, names.Count == 0 ? default(DocumentName?) : names[^1], PageLength, cancellationToken).ConfigureAwait(false);
            names.AddRange(page);
        }
        while (page.Count == PageLength);

        return names;
    }
}
