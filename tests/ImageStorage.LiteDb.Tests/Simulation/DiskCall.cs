namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>A kind of call on a simulated disk.</summary>
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
