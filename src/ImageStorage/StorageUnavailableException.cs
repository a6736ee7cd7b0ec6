namespace ImageStorage;

/// <summary>
/// The provider cannot be reached or used at present: an outage, a timeout, missing permissions, a root that is no
/// folder. Whether a write had its effect is unknown only if the message says so.
/// </summary>
public sealed class StorageUnavailableException : ImageStorageException
{
    private readonly bool _isTransient;

    /// <summary>Makes the failure.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause.</param>
    /// <param name="isTransient">May it pass by itself? False where somebody has to change a setting or a permission.</param>
    public StorageUnavailableException(string message, Exception? innerException = null, bool isTransient = true)
        : base(message, innerException) => _isTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient => _isTransient;
}
