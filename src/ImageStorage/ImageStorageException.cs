namespace ImageStorage;

/// <summary>
/// The base of all failures that the library reports. The type says which kind it is; the message says what failed, on
/// which key and provider, and what to do. Messages hold no secrets, no signed URLs and no absolute paths.
/// </summary>
public abstract class ImageStorageException : Exception
{
    /// <summary>Makes the failure.</summary>
    protected ImageStorageException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The key that the failed call was about, if it was about one.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>What is wrong, as a clause without the subject and without the remedy, where the message has both around it; else null.</summary>
    public string? Reason { get; init; }

    /// <summary>The name of the provider that failed, if one did.</summary>
    public string? Provider { get; init; }

    /// <summary>May the same call succeed later without anybody changing anything?</summary>
    public virtual bool IsTransient => false;
}
