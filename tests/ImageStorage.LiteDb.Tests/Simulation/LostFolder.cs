using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>
/// Moves the folder of an open store away, leaves something else at the path, and moves the folder back.
/// </summary>
internal sealed class LostFolder(string path) : IDisposable
{
    private readonly string _aside = path + "-aside";
    private StoreLoss? _loss;

    public void Take(StoreLoss loss)
    {
        Directory.Move(path, _aside);
        _loss = loss;
        if (loss == StoreLoss.ReplacedByEmpty)
        {
            Directory.CreateDirectory(path);
        }
        else if (loss == StoreLoss.ReplacedByOtherKind)
        {
            File.WriteAllText(path, "precious");
        }
    }

    /// <summary>Moves the folder back.</summary>
    /// <returns>Whether the path was unchanged meanwhile.</returns>
    public bool Return()
    {
        var untouched = _loss switch
        {
            StoreLoss.Gone => !Path.Exists(path),
            StoreLoss.ReplacedByEmpty => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any(),
            _ => File.Exists(path) && File.ReadAllText(path) == "precious",
        };
        Clear();
        Directory.Move(_aside, path);
        return untouched;
    }

    public void Dispose()
    {
        if (Directory.Exists(_aside))
        {
            Clear();
            Directory.Delete(_aside, recursive: true);
        }
    }

    private void Clear()
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
