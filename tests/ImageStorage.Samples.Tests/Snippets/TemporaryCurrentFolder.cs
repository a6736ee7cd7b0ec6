namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>A temporary folder that is the current folder of the process until disposed: the pages use relative paths.</summary>
internal sealed class TemporaryCurrentFolder : IDisposable
{
    private readonly string _former = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("imagestorage-guide-").FullName;

    public TemporaryCurrentFolder() => Environment.CurrentDirectory = _folder;

    public void Dispose()
    {
        Environment.CurrentDirectory = _former;
        Directory.Delete(_folder, recursive: true);
    }
}
