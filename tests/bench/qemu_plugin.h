/* SPDX-License-Identifier: MIT */
/*
 * What the plugins here use of QEMU's plugin API, version 1: its own header
 * is not part of Debian's packages. And where the emulator's text lies, which
 * no guest of these measurements may use.
 */
#ifndef TESTS_BENCH_QEMU_PLUGIN_H
#define TESTS_BENCH_QEMU_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define EMULATOR UINT64_C(0xFFFFFFFF80000000)
#define EMULATOR_SIZE UINT64_C(0x1000000)

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W };
typedef void (*qemu_plugin_tb_trans_callback)(qemu_plugin_id_t id,
					      struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_udata_callback)(qemu_plugin_id_t id, void *data);
typedef void (*qemu_plugin_vcpu_callback)(unsigned int vcpu, void *data);
typedef void (*qemu_plugin_mem_callback)(unsigned int vcpu, uint32_t info,
					 uint64_t address, void *data);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t number);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_trans_callback call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  qemu_plugin_vcpu_callback call,
					  enum qemu_plugin_cb_flags flags,
					  void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_vcpu_callback call,
					    enum qemu_plugin_cb_flags flags,
					    void *data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
					      enum qemu_plugin_op op,
					      void *counter, uint64_t value);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      qemu_plugin_mem_callback call,
				      enum qemu_plugin_cb_flags flags,
				      enum qemu_plugin_mem_rw access,
				      void *data);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    qemu_plugin_udata_callback call,
				    void *data);

/* A plugin defines both; QEMU calls the first when it loads it. */
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc,
			       char **argv);
extern EXPORT int qemu_plugin_version;
#define QEMU_PLUGIN_API 1

#endif
