namespace ImageStorage;

/// <summary>
/// Reports the health of a store. Registered as a keyed service, with the store's name as the key. Thread-safe.
/// </summary>
public interface IStorageHealth
{
    /// <summary>
    /// Probes every provider of the store. A probe writes, reads and deletes a document, within 5 seconds; all
    /// providers are probed in parallel. Calls within a second share one report, so you can call this method every few
    /// seconds. An unavailable provider does not fail the call: the report contains the failure.
    /// </summary>
    /// <param name="cancellationToken">Ends the call. Other callers of the same report are not affected.</param>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    Task<StorageHealthReport> GetReportAsync(CancellationToken cancellationToken = default);
}
