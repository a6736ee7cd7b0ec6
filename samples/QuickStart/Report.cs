using System.Globalization;
using ImageStorage;

namespace QuickStart;

/// <summary>Prints the results of the sample.</summary>
internal static class Report
{
    private const int Shown = 10;

    public static void PrintNewest(List<ImageInfo> listed)
    {
        PrintRow("Newest first", "Type", "Pixels", "Bytes", "SHA-256");
        foreach (var info in listed.Take(Shown))
        {
            PrintRow(info.Key.Value, info.ContentType, $"{info.Width} x {info.Height}", info.Length.ToString("N0", CultureInfo.InvariantCulture), $"{info.Sha256}"[..8]);
        }

        if (listed.Count > Shown)
        {
            Console.WriteLine($"  … and {listed.Count - Shown} more.");
        }

        Console.WriteLine();
    }

    public static void PrintFailures(List<Picture> pictures, IReadOnlyList<SaveResult> results)
    {
        foreach (var (picture, result) in pictures.Zip(results).Where(pair => !pair.Second.Succeeded))
        {
            Console.WriteLine($"{(IsRefused(result) ? "Refused" : "FAILED")}: {picture.Name}: {result.Error!.Message}");
        }
    }

    /// <summary>Prints the summary.</summary>
    /// <returns>The exit code: 0 if every stored image is listed and verified, and every other image was refused with a reason.</returns>
    public static int Conclude(IReadOnlyList<SaveResult> results, int listed, int verified)
    {
        var stored = results.Count(result => result.Succeeded);
        var refused = results.Count(IsRefused);
        var failed = results.Count - stored - refused;
        var megabytes = results.Sum(result => result.Info?.Length ?? 0) / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Stored {stored} images ({megabytes:0.0} MB), listed {listed}, read back and verified {verified}, refused {refused}{(failed > 0 ? $", FAILED {failed}" : string.Empty)}."));
        return listed == stored && verified == stored && failed == 0 ? 0 : 1;
    }

    private static void PrintRow(string key, string type, string pixels, string bytes, string hash) =>
        Console.WriteLine($"{key,-30}  {type,-10}  {pixels,11}  {bytes,10}  {hash}");

    private static bool IsRefused(SaveResult result) => result.Error is ImageValidationException;
}
