namespace ImageStorage;

/// <summary>
/// Records operations of an application on images, in the same store as the images. Entries are appended, read newest
/// first, and removed, but never changed. In a transaction (<see cref="AppendStep"/>), an entry exists exactly when the
/// transaction is committed. Registered for each store, for a named store with its name as the key. Thread-safe.
/// </summary>
/// <remarks>
/// <para>An append writes one document. A page reads the entries that it returns and the entries that the filters by
/// mode and key skip. An interval of time is found without reading documents.</para>
/// <para>In a store with fallbacks, appends succeed while the primary is unavailable. Pages, removal and retention are
/// then unavailable rather than incomplete.</para>
/// </remarks>
public interface IImageHistory
{
    /// <summary>Appends an entry durably.</summary>
    /// <param name="entry">The entry, without an id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The entry as stored, with its id and time.</returns>
    /// <exception cref="ArgumentException"><see cref="HistoryEntry.Id"/> is set.</exception>
    /// <exception cref="ImageValidationException">
    /// The mode, the keys or the metadata of the entry break a rule.
    /// </exception>
    Task<HistoryEntry> AppendAsync(HistoryEntry entry, CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns a page of entries, the newest first. Entries that are appended or removed between two pages neither
    /// repeat nor hide other entries.
    /// </summary>
    /// <param name="query">The conditions, and the token of the previous page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HistoryQuery.Limit"/> is not 1 to 1,000.</exception>
    /// <exception cref="ImageValidationException">The token, the mode or the key is not valid.</exception>
    /// <exception cref="StorageCorruptedException">An entry of the page is damaged.</exception>
    Task<HistoryPage> ListAsync(HistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry.</summary>
    /// <param name="id">The <see cref="HistoryEntry.Id"/> of the entry.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="true"/> if the entry existed; otherwise <see langword="false"/>.</returns>
    /// <exception cref="ImageValidationException">The id is not the id of an entry.</exception>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes the entries beyond the limits and keeps the newest.</summary>
    /// <param name="retention">The limits.</param>
    /// <param name="cancellationToken">Ends the call. Removed entries stay removed.</param>
    /// <returns>The number of removed entries.</returns>
    /// <exception cref="ArgumentException">No limit is given, or a limit is negative.</exception>
    Task<long> TrimAsync(HistoryRetention retention, CancellationToken cancellationToken = default);
}
