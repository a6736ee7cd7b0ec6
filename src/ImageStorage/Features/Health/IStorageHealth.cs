namespace ImageStorage;

/// <summary>The health of a store, for people and programs that look after it. The container has it for each store, by the store's name.</summary>
public interface IStorageHealth
{
    /// <summary>
    /// Probes every provider of the store and tells how all of it stands. Cheap enough to be asked every few seconds: one document is written, read and
    /// deleted on each provider, all at once, and each is given 5 seconds; a report that is less than a second old is given again.
    /// A provider that is down is no failure of this call: it stands in the report.
    /// </summary>
    Task<StorageHealthReport> GetReportAsync(CancellationToken cancellationToken = default);
}
