namespace ImageStorage.FileSystem.Volumes;

/// <summary>
/// A failure with a known cause, such as a store that is not at its path. Derives from <see cref="IOException"/>, so
/// that every handler of a failing medium handles it too.
/// </summary>
/// <param name="reason">The cause, as a clause.</param>
/// <param name="remedy">The remedy, as a sentence.</param>
/// <param name="isTransient">Whether the same call may succeed later.</param>
internal sealed class VolumeFailureException(string reason, string remedy, bool isTransient) : IOException($"{reason}. {remedy}")
{
    public string Reason => reason;

    public string Remedy => remedy;

    public bool IsTransient => isTransient;
}

/// <summary>A path below the root contains a symbolic link, which is never followed.</summary>
internal sealed class LinkRefusedException(string path)
    : IOException($"'{path}' contains a symbolic link, which is not followed.");
