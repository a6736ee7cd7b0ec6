namespace ImageStorage;

/// <summary>
/// The exception for a provider that cannot be reached or used now: an outage, a timeout, missing permissions, a root
/// that is not a folder. The outcome of a write is unknown only if the message says so.
/// </summary>
public sealed class StorageUnavailableException : ImageStorageException
{
    private readonly bool _isTransient;

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="isTransient">False if a setting or a permission must be changed first.</param>
    public StorageUnavailableException(string message, Exception? innerException = null, bool isTransient = true)
        : base(message, innerException) => _isTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient => _isTransient;
}
