namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>The calls of a volume that can fail.</summary>
internal enum VolumeOperation
{
    CreateRoot,
    Identify,
    OpenRead,
    Read,
    CreateNew,
    Write,
    FlushFile,
    FileExists,
    DirectoryExists,
    MoveOver,
    Link,
    DeleteFile,
    CreateDirectory,
    DeleteDirectory,
    Visit,
    FlushDirectory,
    OpenLock,
    EnterLock,
    ExitLock,
}
