namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>
/// A unique path in the temporary folder of the system, or in memory (<see cref="TestFolder"/>). The folder is not
/// created, and is removed at the end.
/// </summary>
internal sealed class TemporaryFolder(bool isInMemory = false) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(isInMemory ? TestFolder.Parent : System.IO.Path.GetTempPath(), "imagestorage-tests", Guid.NewGuid().ToString("N"));

    public string Combine(string relative) => System.IO.Path.Combine(Path, relative.Replace('/', System.IO.Path.DirectorySeparatorChar));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
