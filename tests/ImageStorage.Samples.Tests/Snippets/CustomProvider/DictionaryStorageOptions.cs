using Microsoft.Extensions.Options;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

public sealed class DictionaryStorageOptions
{
    public long Capacity { get; set; } = 1L << 30;
}

public sealed class DictionaryStorageOptionsValidator : IValidateOptions<DictionaryStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, DictionaryStorageOptions options) => options.Capacity > 0
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Dictionary.Capacity is {options.Capacity}: set it to 1 byte or more.");
}
