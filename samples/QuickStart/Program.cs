using System.Security.Cryptography;
using ImageStorage;
using ImageStorage.Batch;
using ImageStorage.Errors;
using ImageStorage.FileSystem;
using Microsoft.Extensions.DependencyInjection;
using QuickStart;

// dotnet run --project samples/QuickStart [-- [FOLDER] [--store file:PATH]]
if (Arguments.Parse(args) is not { } arguments)
{
    return 2;
}

using var place = StorePlace.For(arguments.StorePath);
var pictures = arguments.Folder is { } folder ? Pictures.In(folder) : Pictures.Make();

// One line registers a store; an application then asks for IImageStorage in its constructors.
var services = new ServiceCollection();
services.AddImageStorage().UseFileSystem(place.Path);
await using var provider = services.BuildServiceProvider();
var images = provider.GetRequiredService<IImageStorage>();

// Save them all, several at once. One that is refused does not stop the others.
var results = await images.SaveManyAsync(pictures.Select(picture =>
    new SaveRequest(picture.Key, _ => ValueTask.FromResult(picture.Open()), new SaveOptions { FileName = picture.FileName, Tags = ["quickstart"] })));
var stored = results.Where(result => result.Succeeded).ToDictionary(result => result.Key, result => result.Info!);

// List the newest first, page after page behind the scenes.
var listed = await images.EnumerateAsync().Where(info => stored.ContainsKey(info.Key)).ToListAsync();

// Read each back and compare with the source: the bytes must be the same.
var verified = 0;
foreach (var picture in pictures.Where(picture => stored.ContainsKey(picture.Key)))
{
    await using var image = await images.GetAsync(picture.Key);
    await using var source = picture.Open();
    if (image is not null && (await SHA256.HashDataAsync(image.Content)).SequenceEqual(await SHA256.HashDataAsync(source)))
    {
        verified++;
    }
    else
    {
        Console.Error.WriteLine($"NOT VERIFIED: {picture.Key}");
    }
}

Report.Print(listed, results);
var failed = results.Count(result => result.Error is not (null or ImageValidationException));
Console.WriteLine(place.Description);
Console.WriteLine(Report.Summary(stored.Values, listed.Count, verified, results.Count - stored.Count));
return verified == stored.Count && listed.Count == stored.Count && failed == 0 ? 0 : 1;
