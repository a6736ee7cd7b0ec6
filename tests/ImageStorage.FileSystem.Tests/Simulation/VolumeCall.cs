namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>One call of an operation of a volume, about to happen.</summary>
/// <param name="Operation">Which operation.</param>
/// <param name="Path">On what; of a move, the target.</param>
/// <param name="Perform">Does it; for faults that strike after the effect.</param>
/// <param name="PerformPart">Does half of it, where there is a half: a short write.</param>
internal sealed record VolumeCall(VolumeOperation Operation, string Path, Action Perform, Action? PerformPart = null)
{
    public bool ChangesTheMedium => Operation is not (VolumeOperation.Identify or VolumeOperation.OpenRead or VolumeOperation.Read or VolumeOperation.FileExists
        or VolumeOperation.DirectoryExists or VolumeOperation.Visit or VolumeOperation.EnterLock or VolumeOperation.ExitLock);

    public override string ToString() => $"{Operation} {Path}";
}
