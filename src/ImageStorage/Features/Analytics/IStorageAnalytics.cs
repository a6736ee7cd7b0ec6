namespace ImageStorage;

/// <summary>
/// Reports what a store does, and records operations of the application beside those of the store. Registered for each
/// store, for a named store with its name as the key. Thread-safe.
/// </summary>
/// <remarks>The figures are those of this process since its start, at most of the last 24 hours.</remarks>
public interface IStorageAnalytics
{
    /// <summary>Returns the figures of a window up to now. The method makes no call to a provider.</summary>
    /// <param name="window">
    /// The window, up to 24 hours; <see langword="null"/> for 24 hours. A window of more than an hour begins with an hour of
    /// the process, and is therefore up to an hour longer.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The window is not positive, or longer than 24 hours.</exception>
    StorageReport GetReport(TimeSpan? window = null);

    /// <summary>
    /// Records an operation of the application, such as the creation of a thumbnail. The operation has its line in the report
    /// and its tag in the metrics.
    /// </summary>
    /// <param name="name">
    /// The name of the operation, 1 to 64 characters. After 100 names, further names are recorded as <c>other</c>, so do not
    /// use a name for each image or user.
    /// </param>
    /// <param name="duration">The duration of the operation.</param>
    /// <param name="outcome">How the operation ended. The default is <see cref="OperationOutcome.Success"/>.</param>
    /// <param name="bytes">The number of bytes of the operation; the default is 0.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or the name of an operation of the store.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The duration or the number of bytes is negative, or the outcome is
    /// unknown.</exception>
    void Record(string name, TimeSpan duration, OperationOutcome outcome = OperationOutcome.Success, long bytes = 0);
}
