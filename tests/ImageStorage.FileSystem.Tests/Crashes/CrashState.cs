using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>The file system after a crash.</summary>
/// <param name="Volume">The state after the restart.</param>
/// <param name="When">The call before which the crash happened.</param>
/// <param name="How">The kind of crash.</param>
/// <param name="IsAcknowledged">Whether all started operations were acknowledged.</param>
/// <param name="Stage">The progress of each writer, if there are several operations.</param>
internal sealed record CrashState(InMemoryVolume Volume, string When, string How, bool IsAcknowledged, IReadOnlyList<int> Stage)
{
    public override string ToString() => $"{How} before {When}";
}
