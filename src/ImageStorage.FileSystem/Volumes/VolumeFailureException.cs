namespace ImageStorage.FileSystem.Volumes;

/// <summary>A failure whose cause is known, such as a store that is not at its path now. An <see cref="IOException"/>, so that every handler of a failing medium handles it too.</summary>
/// <param name="reason">The cause, as a part of a sentence.</param>
/// <param name="remedy">What to do, as a sentence.</param>
/// <param name="isTransient">True if the same call may succeed later.</param>
internal sealed class VolumeFailureException(string reason, string remedy, bool isTransient) : IOException($"{reason}. {remedy}")
{
    public string Reason => reason;

    public string Remedy => remedy;

    public bool IsTransient => isTransient;
}
