using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>The file system as a crash left it.</summary>
/// <param name="Volume">What is found after the restart.</param>
/// <param name="When">Before which operation it happened.</param>
/// <param name="How">Which kind of crash it was.</param>
/// <param name="IsAcknowledged">Had all that was begun been acknowledged?</param>
/// <param name="Stage">How far each writer had come, where there are several acts.</param>
internal sealed record CrashState(InMemoryVolume Volume, string When, string How, bool IsAcknowledged, IReadOnlyList<int> Stage)
{
    public override string ToString() => $"{How} before {When}";
}
