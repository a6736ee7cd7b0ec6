namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>A temporary folder that is the current directory until it is disposed, for code with relative paths.</summary>
internal sealed class WorkingFolder : IDisposable
{
    private readonly string _previous = Environment.CurrentDirectory;
    private readonly string _path = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;

    public WorkingFolder() => Environment.CurrentDirectory = _path;

    public void Dispose()
    {
        Environment.CurrentDirectory = _previous;
        Directory.Delete(_path, recursive: true);
    }
}
