namespace ImageStorage;

/// <summary>
/// What an application did with images, kept beside them: entries are appended, read the newest first, and removed, never changed. In a transaction
/// (<see cref="AppendStep"/>) an entry exists exactly when its images do.
/// </summary>
/// <remarks>
/// <para>Costs: an append is one document; a page reads the entries that it returns, and those that the filters by mode and key pass over. The interval of time is found without reading.</para>
/// <para>In a store with fallbacks entries are taken while the primary is down. Pages, removal and retention are unavailable then, rather than incomplete; docs/failover.md has the details.</para>
/// </remarks>
public interface IImageHistory
{
    /// <summary>Appends an entry, durably.</summary>
    /// <returns>The entry as stored, with its id and time.</returns>
    /// <exception cref="ArgumentException"><see cref="HistoryEntry.Id"/> is set.</exception>
    /// <exception cref="ImageValidationException">The mode, the keys or the metadata of the entry break a rule.</exception>
    Task<HistoryEntry> AppendAsync(HistoryEntry entry, CancellationToken cancellationToken = default);

    /// <summary>One page, the newest entries first. Entries that come and go between two pages neither repeat nor hide others.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="HistoryQuery.Limit"/> is not 1 to 1,000.</exception>
    /// <exception cref="ImageValidationException">The continuation token, the mode or the key is not valid.</exception>
    Task<HistoryPage> ListAsync(HistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry; answers whether it was there.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes what is beyond the limits, the oldest first to go; answers how many entries went.</summary>
    /// <exception cref="ArgumentException">No limit is set, or a limit is negative.</exception>
    Task<long> TrimAsync(HistoryRetention retention, CancellationToken cancellationToken = default);
}
