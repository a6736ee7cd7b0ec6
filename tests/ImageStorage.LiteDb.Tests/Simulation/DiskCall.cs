namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>Defines the kinds of calls on a simulated disk.</summary>
internal enum DiskCall
{
    Open,
    Read,
    Write,
    SetLength,
    Flush,
    Delete,
    Replace,
    FlushFolder,
}
