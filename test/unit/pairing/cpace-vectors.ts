/** Test vectors of draft-irtf-cfrg-cpace-21, appendix B.3: group ristretto255 and hash SHA-512. */
const hex = (...lines: string[]): Buffer => Buffer.from(lines.join(''), 'hex');

export const B3 = {
  // B.3.1
  prs: Buffer.from('Password'),
  ci: hex('0b415f696e69746961746f720b425f726573706f6e646572'),
  sid: hex('7e4b4791d6a8ef019b936c79fb7f2c57'),
  generatorString: hex(
    '11435061636552697374726574746f3235350850617373776f726464',
    '00'.repeat(100),
    '180b415f696e69746961746f720b425f726573706f6e646572107e4b4791d6a8ef019b936c79fb7f2c57',
  ),
  generatorHash: hex(
    'da6d3ddc8802fca9058755ffd3ebde08a9c2c74945901a258482a288b6663af0',
    '6bf645c93cd1c51512307199c80e84908916d983b34af77205f90851a657ee27',
  ),
  generator: hex('222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56'),

  // B.3.2
  ada: Buffer.from('ADa'),
  scalarA: hex('da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08'),
  ya: hex('d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157'),

  // B.3.3
  adb: Buffer.from('ADb'),
  scalarB: hex('d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d'),
  yb: hex('3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258'),

  // B.3.4
  k: hex('80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f'),

  // B.3.5
  transcriptIr: hex(
    '20d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157',
    '03414461203ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f725803414462',
  ),
  iskIr: hex(
    'b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd',
    '2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447',
  ),

  // B.3.6
  iskSy: hex(
    '544199d71f62f8d9a1fee55727e24fe4a45844593c2b6013c4fa3969d0e5debb',
    '2244675c0b43397cbb68d342b01fc0f98fc961469a25134de9f0f813c1a57476',
  ),

  // B.3.10
  scalar: hex('7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05'),
  valid: hex('2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c'),
  product: hex('7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e'),

  // B.3.11
  invalid: hex('2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c'),
  neutral: Buffer.alloc(32),
} as const;
