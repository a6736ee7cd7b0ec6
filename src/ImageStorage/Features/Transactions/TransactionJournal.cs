using System.Collections.Concurrent;
using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Stores the journals as documents, and remembers the transactions of this process. A journal is created before the
/// first effect; a transaction without a journal is decided.
/// </summary>
internal sealed class TransactionJournal(IDocumentStore documents)
{
    private const string Prefix = DocumentCollections.Transactions + "/";
    private const int IdLength = 32;

    private readonly ConcurrentDictionary<string, JournalEntry> _live = new(StringComparer.Ordinal);

    // A journal never gains images, so the journals of other processes are read once.
    private readonly ConcurrentDictionary<string, ImmutableArray<ImageKey>> _foreign = new(StringComparer.Ordinal);

    private readonly TaskCompletionSource _used = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes when this process works on its first transaction with a journal.</summary>
    public Task Used => _used.Task;

    /// <summary>Gets the number of transactions that this process works on.</summary>
    public int LiveCount => _live.Count;

    /// <summary>Returns whether this process works on a transaction.</summary>
    public bool IsLive(string id) => _live.ContainsKey(id);

    /// <summary>
    /// Records that this process works on a transaction, from before its journal is written until the result is
    /// disposed.
    /// </summary>
    public IDisposable Register(JournalEntry entry)
    {
        _used.TrySetResult();
        return _live.TryAdd(entry.Id, entry) ? new Registration(this, entry.Id) : throw new InvalidOperationException($"The transaction {entry.Id} is already running.");
    }

    public async Task<JournalEntry> CreateAsync(JournalEntry entry, CancellationToken cancellationToken) =>
        entry with { ETag = await documents.PutAsync(NameOf(entry.Id), JournalCodec.Write(entry), DocumentETag.None, cancellationToken).ConfigureAwait(false) };

    /// <exception cref="ImageConflictException">Another process has written or removed the journal.</exception>
    public async Task<JournalEntry> ReplaceAsync(JournalEntry entry, CancellationToken cancellationToken) =>
        entry with { ETag = await documents.PutAsync(NameOf(entry.Id), JournalCodec.Write(entry), entry.ETag, cancellationToken).ConfigureAwait(false) };

    /// <summary>Removes a journal in the version of the entry.</summary>
    /// <exception cref="ImageConflictException">Another process has written or removed the journal.</exception>
    public Task RemoveAsync(JournalEntry entry, CancellationToken cancellationToken) => documents.DeleteAsync(NameOf(entry.Id), entry.ETag, cancellationToken);

    /// <summary>Removes a journal in any version. Returns whether the journal existed.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => documents.DeleteAsync(NameOf(id), null, cancellationToken);

    /// <summary>Reads a journal. Returns <see langword="null"/> if the transaction is decided.</summary>
    /// <exception cref="StorageCorruptedException">The journal is damaged.</exception>
    /// <exception cref="StorageNotSupportedException">
    /// The journal was written by a newer version of the library.
    /// </exception>
    public async Task<JournalEntry?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is { } document ? JournalCodec.Read(id, document) : null;

    /// <summary>Returns whether a journal exists, even if it cannot be read.</summary>
    public async Task<bool> ExistsAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (StorageCorruptedException)
        {
            return true;
        }
    }

    /// <summary>Returns whether there is a transaction that is not decided. Reads one name at most.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancellationToken) => (await documents.ListAsync(Prefix, null, 1, cancellationToken).ConfigureAwait(false)).Count > 0;

    /// <summary>Returns the ids of all undecided transactions.</summary>
    public ValueTask<List<string>> ListAsync(CancellationToken cancellationToken) => EnumerateAsync(null, cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Enumerates the ids of all transactions that are not decided, in ordinal order.</summary>
    /// <param name="afterId">Only ids after this id; null for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public IAsyncEnumerable<string> EnumerateAsync(string? afterId, CancellationToken cancellationToken) =>
        documents.EnumerateAsync(Prefix, afterId is null ? default(DocumentName?) : NameOf(afterId), cancellationToken).Select(name => name.Value[Prefix.Length..]).Where(id => id.Length == IdLength);

    /// <summary>
    /// Returns another transaction that holds one of these images; <see langword="null"/> if there is none. Of two
    /// transactions that write their journals first and then call this method, at least one sees the other.
    /// </summary>
    /// <param name="own">The id of the calling transaction; <see langword="null"/> without one.</param>
    /// <param name="keys">The images.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<JournalOverlap?> FindOverlapAsync(string? own, IReadOnlyCollection<ImageKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var wanted = keys.ToHashSet();
        var ids = await ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var forgotten in _foreign.Keys.Except(ids).ToList())
        {
            _foreign.TryRemove(forgotten, out _);
        }

        foreach (var id in ids.Where(id => id != own))
        {
            if (Overlaps(await KeysOfAsync(id, cancellationToken).ConfigureAwait(false)) && await ConfirmOverlapAsync(id, wanted, cancellationToken).ConfigureAwait(false) is { } overlap)
            {
                return overlap;
            }
        }

        return null;

        bool Overlaps(ImmutableArray<ImageKey>? held) => held is { } some && some.Any(wanted.Contains);
    }

    /// <summary>
    /// Reads a journal again that seems to hold a wanted image: a transaction in doubt holds fewer images than before,
    /// and the journal may be gone.
    /// </summary>
    private async Task<JournalOverlap?> ConfirmOverlapAsync(string id, HashSet<ImageKey> wanted, CancellationToken cancellationToken)
    {
        if (_live.TryGetValue(id, out var live))
        {
            return new JournalOverlap(id, live.Keys.First(wanted.Contains), IsLocal: true, live.State);
        }

        _foreign.TryRemove(id, out _);
        if (await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        var reservation = JournalCodec.ReadReservation(document);
        _foreign[id] = reservation.Keys;
        return reservation.Keys.FirstOrDefault(wanted.Contains) is var key && wanted.Contains(key) ? new JournalOverlap(id, key, IsLocal: false, reservation.KnownState) : null;
    }

    /// <summary>Returns the name of the journal document of a transaction.</summary>
    public static DocumentName NameOf(string id) => Prefix + id;

    /// <summary>Returns whether a text has the form of a transaction's id.</summary>
    public static bool IsId(string? id) => id is { Length: IdLength } && id.All(char.IsAsciiHexDigitLower);

    private async Task<ImmutableArray<ImageKey>?> KeysOfAsync(string id, CancellationToken cancellationToken)
    {
        if (_live.TryGetValue(id, out var live))
        {
            return live.Keys;
        }

        if (_foreign.TryGetValue(id, out var known))
        {
            return known;
        }

        if (await documents.GetAsync(NameOf(id), cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        return _foreign[id] = JournalCodec.ReadReservation(document).Keys;
    }

    private sealed class Registration(TransactionJournal journal, string id) : IDisposable
    {
        public void Dispose() => journal._live.TryRemove(id, out _);
    }
}
