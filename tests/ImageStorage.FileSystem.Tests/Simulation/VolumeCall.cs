namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A call of a volume that is about to happen.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Path">The path; of a move, the target.</param>
/// <param name="Perform">Performs the call; for faults after the effect.</param>
/// <param name="PerformPart">Performs half of the call, if possible: a short write.</param>
internal sealed record VolumeCall(VolumeOperation Operation, string Path, Action Perform, Action? PerformPart = null)
{
    public bool ChangesTheMedium => Operation is not (VolumeOperation.Identify or VolumeOperation.OpenRead or VolumeOperation.Read or VolumeOperation.FileExists
        or VolumeOperation.DirectoryExists or VolumeOperation.Visit or VolumeOperation.EnterLock or VolumeOperation.ExitLock);

    public override string ToString() => $"{Operation} {Path}";
}
